"""Long choices: drawn as Django draws them, without an object for each row."""

from django import forms
from django.db.models.signals import post_init
from django.test import SimpleTestCase

from parks.choices import NamedChoice, ParkChoice
from parks.models import Park
from tests.factories import ParkFactory


def test_the_options_are_those_of_django_itself_and_no_name_is_markup(db):
    parks = [ParkFactory(name="甲“1”园"), ParkFactory(name='<b>乙&"园')]

    class Form(forms.Form):
        quick = NamedChoice(Park.objects.order_by("pk"), empty_label="请选择")
        plain = forms.ModelChoiceField(Park.objects.order_by("pk"), empty_label="请选择")

    for chosen in ("", parks[1].pk, str(parks[0].pk), 0):
        form = Form(initial={"quick": chosen, "plain": chosen})
        quick, plain = str(form["quick"]), str(form["plain"]).replace("plain", "quick")
        SimpleTestCase().assertHTMLEqual(quick, plain)
    assert "<b>" not in quick


def test_a_choice_of_a_park_reads_names_and_makes_no_parks(db, django_assert_num_queries):
    ParkFactory.create_batch(3)
    made: list[Park] = []

    def count(instance: Park, **_: object) -> None:
        made.append(instance)

    class Form(forms.Form):
        park = ParkChoice(Park.objects.order_by("pk"))

    post_init.connect(count, sender=Park)
    try:
        with django_assert_num_queries(1):
            form = Form()
            field = form.fields["park"]
            assert isinstance(field, ParkChoice) and len(field.pairs) == 3
            assert str(form["park"]).count("<option") == 4 and "data-find" in str(form["park"])
    finally:
        post_init.disconnect(count, sender=Park)
    assert made == []
