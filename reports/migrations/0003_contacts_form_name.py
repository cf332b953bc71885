from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_plan_import"),
    ]

    operations = [
        migrations.AlterField(
            model_name="planimport",
            name="form",
            field=models.CharField(
                choices=[
                    ("longgang-1", "部门责任清单"),
                    ("longgang-2", "管控措施"),
                    ("longgang-3", "专班分工表"),
                    ("taizhou-1", "负责人名单"),
                    ("zhengyang-1", "工作清单和责任清单"),
                ],
                max_length=20,
                verbose_name="表格",
            ),
        ),
    ]
