"""Unified social credit codes 统一社会信用代码 (GB 32100): a second look, never a refusal."""

from stdnum.cn import uscc

DOUBTFUL_CODE = "统一社会信用代码校验不符，请核对是否有误；确认无误可不改"


def doubtful_code(code: str) -> bool:
    """Whether a code deserves a second look. Some genuine ones fail the check, so it only warns."""
    return bool(code.strip()) and not uscc.is_valid(code)
