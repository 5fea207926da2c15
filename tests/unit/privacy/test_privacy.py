"""Personal data as people write it is found, ten thousand harmless numbers are not, and nothing is shown of it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from gongkai.privacy import Kind, find_personal, masked
from gongkai.privacy.numbers import is_identity_number, passes_luhn

_FORMS: list[tuple[Kind, str]] = [
    # identity cards, as issued and as typed
    ("identity", "11010519491231002X"), ("identity", "身份证11010519491231002x"),
    ("identity", "11010519491231002Ｘ"), ("identity", "11010519491231002Ⅹ"), ("identity", "11010519491231002ⅹ"),
    ("identity", "11010519491231002Х"), ("identity", "11010519491231002х"), ("identity", "11010519491231002Χ"),
    ("identity", "11010519491231002×"), ("identity", "11010519491231002 X"),
    ("identity", "１１０１０５１９４９１２３１００２Ｘ"), ("identity", "110105 19491231 002X"),
    ("identity", "110105-1949-1231-002X"), ("identity", "110105\u300019491231\u3000002X"),
    ("identity", "1101 0519 4912 3100 2X"), ("identity", "440524198001010013"),
    ("identity", "440524\u200b198001010013"), ("identity", "440524.19800101.0013"),
    ("identity", "440524198001010013 2026年"), ("identity", "2026年440524198001010013"),
    ("identity", "2026 440524198001010013"), ("identity", "身份证号：110105194912310021"),
    ("identity", "身份证号码110105491231002"), ("identity", "张三 110105491231002"),
    ("identity", "证件号码：110105491231002"), ("identity", "公民身份号码 110105491231002"),
    ("identity", "李小红（11010519491231002X）补贴500元"), ("identity", "身份证号：110105 19491231 0021"),
    # mobile phones
    ("mobile", "13800138000"), ("mobile", "１３８００１３８０００"), ("mobile", "138 0013 8000"),
    ("mobile", "138-0013-8000"), ("mobile", "138.0013.8000"), ("mobile", "138·0013·8000"),
    ("mobile", "138/0013/8000"), ("mobile", "138(0013)8000"), ("mobile", "(138)0013-8000"),
    ("mobile", "138（0013）8000"), ("mobile", "138[0013]8000"), ("mobile", "138【0013】8000"),
    ("mobile", "138\u00a00013\u00a08000"), ("mobile", "138\u30000013\u30008000"),
    ("mobile", "138\u20030013\u20038000"), ("mobile", "138\u20090013\u20098000"),
    ("mobile", "138    0013      8000"), ("mobile", "138\t0013\t8000"), ("mobile", "138\u20130013\u20138000"),
    ("mobile", "138—0013—8000"), ("mobile", "138－0013－8000"), ("mobile", "138_0013_8000"),
    ("mobile", "138~0013~8000"), ("mobile", "138 00138000"), ("mobile", "1380013 8000"),
    ("mobile", "1 3 8 0 0 1 3 8 0 0 0"), ("mobile", "138\u200b0013\u200b8000"),
    ("mobile", "1380\u00ad0138\u2060000"), ("mobile", "\ufeff13800138000"), ("mobile", "+8613800138000"),
    ("mobile", "+86 138 0013 8000"), ("mobile", "+86-13800138000"), ("mobile", "(+86)13800138000"),
    ("mobile", "（86）13800138000"), ("mobile", "(86)138-0013-8000"), ("mobile", "0086 13800138000"),
    ("mobile", "008613800138000"), ("mobile", "0086-138-0013-8000"), ("mobile", "Tel13800138000"),
    ("mobile", "Tel:13800138000"), ("mobile", "TEL：138 0013 8000"), ("mobile", "tel:+8613800138000"),
    ("mobile", "Phone 13800138000"), ("mobile", "手机13800138000"), ("mobile", "电话：138 001 38000"),
    ("mobile", "13800138000 2026年"), ("mobile", "2026 13800138000"), ("mobile", "2026年13800138000"),
    ("mobile", "2026-02-13 13800138000"), ("mobile", "13800138000 500元"), ("mobile", "500元13800138000"),
    ("mobile", "500 13800138000"), ("mobile", "2.5万元 13800138000"), ("mobile", "13800138000万军"),
    ("mobile", "13800138000元旦值班"), ("mobile", "联系人李某 13800138000。"), ("mobile", "13800138000,13900139000"),
    ("mobile", "13800138000/13900139000"), ("mobile", "1.13800138000"), ("mobile", "2026,13800138000"),
    ("mobile", "138 0013 8000 2026"), ("mobile", "12.13800138000"), ("mobile", "13800138000 4419002102300012"),
    # landlines beside a name
    ("landline", "张三 0769-22830000"), ("landline", "联系人：张三，电话：0769-22830000"),
    ("landline", "联系人张三 076922830000"), ("landline", "张三科长（0769）22830000"),
    ("landline", "李小红0769 2283 0000"), ("landline", "王主管、陈大文 电话22830000"),
    ("landline", "0769-22830000（张三）"), ("landline", "010-65250000 欧阳小明"),
    ("landline", "联系人：张三 22830000"), ("landline", "张三（0769-22830000）"), ("landline", "负责人 李四，0769 22830000"),
    # bank accounts
    ("bank", "6222020200112233446"), ("bank", "6222 0202 0011 2233 446"), ("bank", "6222-0202-0011-2233-446"),
    ("bank", "622202 0200112233446"), ("bank", "卡号6222020200112233446"), ("bank", "账号：44201234567890123"),
    ("bank", "帐号 44201234567890123"), ("bank", "开户账号44201234567890123"), ("bank", "银行卡：6222020200112233447"),
    ("bank", "６２２２０２０２００１１２２３３４４６"),
    # where somebody lives, and children
    ("address", "家庭住址：东莞市莞城区东城路12号3栋402室"), ("address", "张三家住石排镇福隆村3组12号"),
    ("address", "户籍地址：四川省井研县研城街道建设路５号"), ("address", "现住址 横沥镇田头村五组八号"),
    ("address", "张三，东城路12号3栋402室"),
    ("child", "李小红（9岁，东坑小学三年级）"), ("child", "学生王小明，女，8岁，就读于莞城中心小学"),
    ("child", "张子涵，10周岁，东坑镇第一小学学生"), ("child", "莞城幼儿园 陈小宝 5岁"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), _FORMS)
def test_a_form_in_use_is_found(kind: Kind, text: str) -> None:
    for around in (text, f"补贴发放到位：{text}。", f"（{text}）", f"按计划完成，\n{text}\n2026年完成"):
        found = list(find_personal(around))
        assert kind in [one.kind for one in found], around
        hidden = masked(around)
        assert len(hidden) == len(around)
        assert "*" in hidden


@pytest.mark.parametrize(
    "text",
    [
        "联系电话：0769-22830000", "市财政局 0769-22830000", "高新区 0769-22830000", "金额 0769-22830000",
        "咨询热线12345", "莞城街道东城路12号市民服务中心", "办公地址：东城路12号3楼", "资助6-12岁儿童1200人",
        "6岁以上儿童，小学三年级以下", "李某某（9岁，东坑小学三年级）", "7岁儿童入学，小学36所", "13800138000元",
        "13800138000.50", "13800138000万元", "13,800,138,000.00", "13 800 138 000", "编号13800138000",
        "项目代码：44190021023000", "1500000 2026年", "150 20260213", "2026.01-2026.12", "20260101-20261231",
        "192.168.113.25", "0.13800138000", "91441900MA4W2X3Y5A", "统一社会信用代码：114419000073324530",
        "索引号：007330045/2026-00138", "https://www.dg.gov.cn/13800138000/t20260213_13900139000.html",
        "a1f13800138000b2", "财预〔2026〕138号", "2026-02-13 10:20:30", "方案，6岁入学，实验小学",
        "安全 0769-22830000", "任务书 22830000", "负责人：张三 20260213", "第13800138000A号", "项目A13800138000", "123.13800138000", "05.13800138000",
    ],
)  # fmt: skip
def test_what_only_looks_like_it(text: str) -> None:
    assert list(find_personal(text)) == []
    assert masked(text) == text


def test_ten_thousand_harmless_numbers_raise_nothing() -> None:
    texts = list(_harmless(12_000))
    assert len(set(texts)) > 11_000
    assert [text for text in texts if list(find_personal(text))] == []


def test_a_whole_page_of_them_in_one_text_raises_nothing() -> None:
    for between in ("\n", "，", "；"):
        assert list(find_personal(between.join(_harmless(3_000)))) == []


def _harmless(count: int) -> Iterator[str]:
    """Amounts, days, document numbers, codes and addresses as they stand in budgets; the same in every run."""
    dice = random.Random(20260213)
    for number in range(count):
        make = _MAKERS[number % len(_MAKERS)]
        yield make(dice)


def _digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choices("0123456789", k=count))


def _day(dice: random.Random, between: str) -> str:
    return between.join(
        (str(dice.randint(2015, 2030)), f"{dice.randint(1, 12):02}", f"{dice.randint(1, 28):02}")
    )


def _credit_code(dice: random.Random) -> str:
    """统一社会信用代码 (GB 32100): kind, region, organisation, check; not few have digits alone."""
    region = dice.choice(["441900", "110105", "510821", "340523", "310107", "430600"])
    body = (
        _digits(dice, 9)
        if dice.random() < 0.5
        else "".join(dice.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=9))
    )
    kind = dice.choice(["11", "12", "13", "52", "91", "92"])
    return kind + region + body + dice.choice("0123456789ABCDEFGHJKLMNPQRTUWXY")


def _card_like(dice: random.Random) -> str:
    """A code of sixteen digits without a card's check digit, as nine of ten are."""
    while passes_luhn(digits := _digits(dice, 16)):
        pass
    return digits


_MAKERS = [
    lambda dice: f"预算{dice.randint(0, 10**9):,}.{dice.randint(0, 99):02}元",
    lambda dice: f"{dice.randint(0, 10**11) / 100:.2f}",
    lambda dice: f"{dice.randint(10**9, 2 * 10**11)}元",
    lambda dice: f"{dice.randint(1, 10**7) / 100:.2f}万元 {dice.randint(2020, 2028)}年",
    lambda dice: f"{dice.randint(1, 10**8)} {dice.randint(2015, 2028)}",
    lambda dice: f"{dice.randint(2020, 2026)}年{dice.randint(1, 10**8)}元",
    lambda dice: _day(dice, dice.choice("-./")) + f" {dice.randint(0, 23):02}:{dice.randint(0, 59):02}",
    lambda dice: f"{_day(dice, '')}-{_day(dice, '')}",
    lambda dice: f"{_day(dice, '.')}—{_day(dice, '.')}",
    lambda dice: f"{dice.choice(['财预', '东府', '川财', '沪财'])}〔{dice.randint(2010, 2026)}〕{dice.randint(1, 999)}号",
    lambda dice: f"统一社会信用代码：{_credit_code(dice)}",
    lambda dice: f"{_credit_code(dice)}/{dice.randint(2015, 2026)}-{_digits(dice, 5)}",
    lambda dice: f"项目代码：{dice.choice(['44', '51'])}{_digits(dice, 18)}",
    lambda dice: f"项目编码{dice.choice(['1', '4', '6'])}{_digits(dice, dice.randint(10, 20))}",
    lambda dice: f"44190023T{_digits(dice, 12)}",
    lambda dice: f"{_digits(dice, 3)}-{_digits(dice, 4)}-{_digits(dice, 3)}",
    lambda dice: f"https://www.example.gov.cn/{_digits(dice, 11)}/t{_day(dice, '')}_{_digits(dice, 8)}.html",
    lambda dice: f"索引号：{_digits(dice, 9)}/{dice.randint(2015, 2026)}-{_digits(dice, 5)}",
    lambda dice: f"联系电话：0{dice.randint(10, 999)}-{dice.randint(2, 8)}{_digits(dice, 7)}",
    lambda dice: f"ISBN 978-7-{_digits(dice, 4)}-{_digits(dice, 4)}-{_digits(dice, 1)}",
    lambda dice: f"{dice.randint(1, 999)}人×{dice.randint(1, 9999)}元×{dice.randint(1, 12)}月",
    lambda dice: f"≥{dice.randint(1, 100)}.{dice.randint(0, 99):02}%",
    lambda dice: f"订单号：{_card_like(dice)}",
    lambda dice: f"{dice.randint(1, 99)}.{dice.randint(1, 99)}.{dice.randint(1, 99)}.{dice.randint(1, 999)}",
    lambda dice: f"东经{dice.randint(73, 135)}.{_digits(dice, 9)}",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13800138000。", "电话138******00。"),
        ("138-0013-8000", "138-****-**00"),
        ("11010519491231002X，好", "110*************2X，好"),
        ("6222 0202 0011 2233 446", "622* **** **** **** *46"),
        ("张三，东城路12号3栋402室", "张*，" + "*" * 12),
        ("住址：东城路12号3栋402室。", "住*：" + "*" * 12 + "。"),
        ("莞城幼儿园 陈小宝 5岁", "莞城幼儿园 陈** **"),
        ("13800138000 和 13900139000", "138******00 和 139******00"),
    ],
)
def test_what_is_shown_of_it(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("学生张子涵，10周岁，东坑镇第一小学学生", ["张子涵，10周岁，东坑镇第一小学"]),
        ("9岁的学生李小红，东坑小学", ["9岁的学生李小红，东坑小学"]),
        ("李小红，9岁，东坑小学。资助300元", ["李小红，9岁，东坑小学"]),
        ("东坑小学：李小红，9岁；东坑中学：张子涵，13岁", ["李小红，9岁", "张子涵，13岁"]),
        ("李小红，9岁，东坑小学；6岁儿童入学，小学36所", ["李小红，9岁，东坑小学"]),
        ("李小红，9岁。东坑小学", []),
        ("东坑小学；李小红，9岁", []),
        ("李小红。9岁，东坑小学", []),
        ("李小红，18岁，东坑小学", []),
        ("李小红，2岁，东坑小学", []),
        (f"李小红，{'好' * 45}9岁，东坑小学", []),
        (f"李小红，9岁，{'好' * 45}东坑小学", []),
    ],
)
def test_a_child_is_a_name_an_age_and_a_school_in_one_sentence(text: str, pieces: list[str]) -> None:
    assert [text[one.start : one.end] for one in find_personal(text) if one.kind == "child"] == pieces


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("联系人：张三 22830000。", "22830000"),
        ("张三（0769-22830000）", "0769-22830000"),
        ("0769-22830000（张三）", "0769-22830000"),
        ("联系人：张三 20261301", "20261301"),  # no day has a thirteenth month
        ("李小红电话：22830000", "22830000"),
        ("李小红：22830000", ""),  # seven or eight digits alone are a telephone only where the text says so
        ("22830000（张三）", ""),
        ("联系人：张三 20261201", ""),
        (f"张三{'。' * 30}0769-22830000", ""),
    ],
)
def test_a_telephone_beside_a_name(text: str, piece: str) -> None:
    assert "".join(text[one.start : one.end] for one in find_personal(text)) == piece


def identity(region: str, born: str, order: str = "002") -> str:
    """A number with the check digit of ISO 7064, MOD 11-2, worked out as that standard does it: step by step."""
    rest = 0
    for digit in f"{region}{born}{order}":
        rest = (rest + int(digit)) * 2 % 11
    return f"{region}{born}{order}{'0123456789X'[(12 - rest) % 11]}"


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        (identity("110105", "19000101"), True),
        (identity("110105", "21001231"), True),
        (identity("110105", "18991231"), False),
        (identity("110105", "21010101"), False),
        (identity("110105", "20000229"), True),
        (identity("110105", "20010229"), False),
        (identity("110105", "20011301"), False),
        (identity("810105", "20000101"), True),
        (identity("160105", "20000101"), False),
        (identity("910105", "20000101"), False),
        (identity("110105", "20000101")[:17], False),
        (identity("110105", "20000101") + "0", False),
    ],
)
def test_region_day_of_birth_and_check_digit(number: str, is_one: bool) -> None:
    assert is_identity_number(number) is is_one
    if is_one:
        assert not any(is_identity_number(number[:17] + one) for one in "0123456789X" if one != number[-1])


@pytest.mark.parametrize(
    ("digits", "passes"),
    [
        ("79927398713", True),
        ("79927398710", False),
        ("18", True),
        ("59", True),
        ("0", True),
        ("1", False),
        ("91", True),
    ],
)
def test_the_check_digit_of_cards(digits: str, passes: bool) -> None:
    assert passes_luhn(digits) is passes


@pytest.mark.parametrize(
    ("text", "is_checked"),
    [
        ("11010519491231002X", True), ("6222020200112233446", True), ("13800138000", True),
        ("身份证号：110105194912310021", False), ("银行卡：6222020200112233447", False),
    ],
)  # fmt: skip
def test_a_number_that_only_the_words_before_it_show_says_so(text: str, is_checked: bool) -> None:
    (found,) = find_personal(text)
    assert found.checked is is_checked
