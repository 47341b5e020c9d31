"""Hand-made views for the public pages: a lotus seed batch with its whole chain; every name is invented."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from trace.core.verdict import Verdict
from trace.services.public_brand import (
    BrandCard,
    BrandPage,
    BrandStatistics,
    MonthView,
    ProvinceView,
    RecallView,
    Sentence,
    YearView,
)
from trace.services.public_view import (
    AskedView,
    AttachmentView,
    AuthorisationView,
    BatchPage,
    BatchView,
    CertificateView,
    FactView,
    ItemView,
    NoticeView,
    OrganisationView,
    PlotView,
    ProductView,
    ReportView,
    ScanView,
    StepView,
    TestView,
)

# 20 digits of fields and the largest signature a code may hold: as hard to compress as a real one.
SIGNATURE = f"{int.from_bytes(hashlib.sha512(b'sample').digest()):0155d}"
DIGITS = "10000100000042000317" + SIGNATURE

GROWER = OrganisationView(
    "石城县示例白莲专业合作社",
    "Example Lotus Co-operative, Shicheng",
    "cooperative",
    "93360735MA0EXMPL0X",
    "江西省赣州市石城县大由乡",
    "138****0000",
)
PACKER = OrganisationView(
    "石城县示例农产品加工有限公司",
    "Example Farm Foods, Shicheng",
    "processor",
    "91360735MA0EXMPL1Y",
    "江西省赣州市石城县古樟工业园示例路1号",
    "0797-****00",
)
PRODUCT = ProductView(
    "通芯白莲",
    "Cored white lotus seed",
    "石城白莲",
    "Shicheng White Lotus",
    "shicheng-bailian",
    "#b0567a",
    "/static/products/tongxin-bailian.svg",
    "一级",
    500,
    "06900000000014",
    "NY/T 1504-2007",
    "阴凉干燥处，开袋后请密封",
    540,
)
BATCH = BatchView(
    "SCBL-2026-0812-03",
    1_250_000,
    date(2026, 8, 12),
    date(2026, 8, 24),
    "一级",
    (
        PlotView("3号田", "360735203", "大由乡", "示例村", "12.50"),
        PlotView("7号田", "360735203", "大由乡", "示例村", "8.20"),
        PlotView("上坪田", "360735100", "琴江镇", "示例村", "21.00"),
    ),
    (("SCXL-2026-0811-01", 2_100_000), ("SCXL-2026-0812-02", 1_650_000)),
)
AUTHORISATION = AuthorisationView(PACKER.name, date(2026, 1, 1), date(2026, 12, 31), None, "", True)
CERTIFICATE = CertificateView(
    "HGZ-2026-000317",
    "通芯白莲",
    1_250_000,
    "江西省赣州市石城县大由乡、琴江镇",
    date(2026, 8, 24),
    PACKER.name,
    "0797-****00",
    (
        (
            "不使用禁用农药兽药、停用兽药和非法添加物",
            "No banned or withdrawn pesticide, drug or additive is used",
        ),
        ("常规农药兽药残留不超标", "Residues of ordinary pesticides and drugs are within limits"),
        ("对承诺的真实性负责", "The promisor answers for the truth of this"),
    ),
    (("委托检测合格", "Tested by a laboratory"), ("质量安全控制符合要求", "Quality control meets the rules")),
)
REPORTS = (
    ReportView(
        "定量检测",
        "Laboratory test",
        "示例检测中心",
        "SL-2026-08-0123",
        date(2026, 8, 20),
        True,
        (
            TestView(
                "二氧化硫残留量",
                "0.011",
                "g/kg",
                "0.05",
                "GB 5009.34-2022",
                "GB 2760-2024（示例·未核对）",
                True,
            ),
            TestView(
                "铅（以 Pb 计）",
                "0.042",
                "mg/kg",
                "0.2",
                "GB 5009.12-2023",
                "GB 2762-2025（示例·未核对）",
                True,
            ),
            TestView(
                "丙环唑", "<0.01", "mg/kg", "0.05", "GB 23200.113-2026", "GB 2763-2026（示例·未核对）", True
            ),
            TestView("水分", "10.2", "%", "11.0", "GB 5009.3-2016", "NY/T 1504-2007", True),
        ),
        (AttachmentView("/file/" + "a1" * 32, "application/pdf", "检测报告", "a1" * 32),),
    ),
    ReportView(
        "快速检测",
        "Rapid test",
        "石城县示例白莲专业合作社检测室",
        "",
        date(2026, 8, 12),
        True,
        (TestView("有机磷和氨基甲酸酯类（抑制率）", "12", "%", "50", "GB/T 5009.199", "", True),),
    ),
)


def moment(month: int, day: int, hour: int = 2) -> datetime:
    """A moment of 2026, in UTC."""
    return datetime(2026, month, day, hour, 30, tzinfo=UTC)


def step(
    stage: str,
    title: str,
    title_en: str,
    at: datetime,
    who: str,
    facts: str,
    *,
    late: int = 0,
    place: str = "石城县大由乡",
    source: str = "",
    destination: str = "",
    weight: int | None = None,
    photo: str = "",
    corrected_by: str = "",
    corrects: str = "",
    seq: int = 0,
) -> StepView:
    """One record; `facts` is "标签|Label|值|Value" lines."""
    cells = [line.split("|") for line in facts.splitlines()]
    rows = tuple(FactView(label, label_en, value, value_en) for label, label_en, value, value_en in cells)
    files = (AttachmentView("/file/" + "b7" * 32, "image/jpeg", photo, "b7" * 32, 640, 480),) if photo else ()
    return StepView(
        stage,
        title,
        title_en,
        stage,
        at,
        at + timedelta(days=late, hours=3),
        late,
        who,
        BATCH.number,
        place,
        source,
        destination,
        weight,
        rows,
        files,
        corrected_by,
        corrects,
        seq,
    )


CHAIN = (
    step(
        "planting",
        "种植",
        "Planting",
        moment(4, 2),
        GROWER.name,
        "品种|Variety|建选17号（示例·未核对）|Jianxuan 17 (example)\n"
        "种苗来源|Seedlings from|示例莲种场|Example lotus nursery\n"
        "移栽密度|Spacing|每亩 120 株|120 plants per mu",
        seq=1021,
        photo="移栽现场",
    ),
    step(
        "planting",
        "农事：施肥用药",
        "Field work: inputs",
        moment(6, 18),
        GROWER.name,
        "投入品|Input|丙环唑 25% 乳油（示例·未核对）|Propiconazole 25% EC (example)\n"
        "登记证号|Registration|PD00000000|PD00000000\n"
        "来源|Bought from|示例农资店|Example farm shop\n"
        "用量|Dose|每亩 25 mL|25 mL per mu\n"
        "防治对象|Against|叶斑病|Leaf spot\n"
        "使用日期|Used on|2026年6月18日|18 Jun 2026\n"
        "停用日期|Last used|2026年6月18日|18 Jun 2026\n"
        "安全间隔期|Interval|21 天|21 days",
        late=12,
        seq=1388,
    ),
    step(
        "harvest",
        "采收",
        "Harvest",
        moment(8, 11),
        GROWER.name,
        "采收方式|By|人工采摘|Hand\n成熟度|Ripeness|八至九成熟|80–90 %\n天气|Weather|晴|Sunny",
        destination="本社脱粒间",
        weight=5_400_000,
        photo="采摘现场",
        seq=1702,
    ),
    step(
        "purchase",
        "收购",
        "Purchase",
        moment(8, 12),
        PACKER.name,
        "质量验收|Checked|通过|Passed\n单价|Price|不公开|Not public",
        source=GROWER.name,
        weight=3_750_000,
        seq=1730,
    ),
    step(
        "processing",
        "加工：脱壳、去皮、通芯",
        "Processing: shelling, peeling, coring",
        moment(8, 13),
        PACKER.name,
        "工序|Steps|脱粒、去壳、去皮、浸泡、漂洗、通芯|Threshing, shelling, peeling, soaking, rinsing, coring\n"
        "通芯率|Cored|98%|98%\n"
        "用水|Water|自来水|Tap water",
        source="SCXL-2026-0811-01",
        weight=1_980_000,
        seq=1755,
        corrected_by="通芯率抄错了",
    ),
    step(
        "processing",
        "加工",
        "Processing",
        moment(8, 13),
        PACKER.name,
        "通芯率|Cored|96%|96%",
        weight=1_980_000,
        corrects="通芯率抄错了",
        seq=1761,
    ),
    step(
        "processing",
        "加工：烘焙、退热",
        "Processing: baking, cooling",
        moment(8, 14),
        PACKER.name,
        "温度|Temperature|65 ℃|65 ℃\n时长|For|9 小时|9 hours\n设备|Machine|热风烘干机|Hot-air dryer",
        weight=1_310_000,
        seq=1780,
    ),
    step(
        "inspection",
        "检测",
        "Inspection",
        moment(8, 20),
        "示例检测中心",
        "结论|Result|合格|Passed\n"
        "报告编号|Report|SL-2026-08-0123|SL-2026-08-0123\n"
        "抽样方式|Sampling|随机 2 kg|Random, 2 kg",
        seq=1833,
    ),
    step(
        "packaging",
        "包装",
        "Packaging",
        moment(8, 24),
        PACKER.name,
        "规格|Size|500 g × 2,500 袋|500 g × 2,500 bags\n"
        "包装材料|Material|食品级复合袋|Food-grade pouch\n"
        "班组|Team|二班|Team 2",
        weight=1_250_000,
        seq=1902,
        photo="包装线",
    ),
    step(
        "storage",
        "入库",
        "Storage",
        moment(8, 25),
        PACKER.name,
        "库房|Store|2号干货库|Dry store 2\n温度|Temperature|18 ℃|18 ℃\n湿度|Humidity|55%|55%",
        weight=1_250_000,
        seq=1917,
    ),
    step(
        "transport",
        "运输",
        "Transport",
        moment(9, 3),
        "示例物流有限公司",
        "车牌|Plate|赣B***45|赣B***45\n"
        "到达|Arrived|2026年9月4日|4 Sep 2026\n"
        "车厢温度|Temperature|常温|Ambient",
        source="石城县",
        destination="上海市",
        weight=600_000,
        late=3,
        seq=2055,
    ),
    step(
        "sale",
        "销售",
        "Sale",
        moment(9, 6),
        "示例便利店（上海）",
        "渠道|Channel|门店|Shop\n上架日期|On the shelf|2026年9月6日|6 Sep 2026",
        place="上海市徐汇区",
        source=PACKER.name,
        weight=120_000,
        seq=2101,
    ),
)

FIRST = ScanView(
    "first",
    200,
    ItemView("1000 0100 0000 4200 0317-8", DIGITS, 42, 317, 1, PACKER.name, "service"),
    PRODUCT,
    PACKER,
    (GROWER,),
    BATCH,
    AUTHORISATION,
    CERTIFICATE,
    REPORTS,
    CHAIN,
)
RECALL = NoticeView(
    "recall",
    "抽检发现二氧化硫残留量超标（示例）。",
    "请不要食用。带上产品和小票，到购买的店里全额退款。",
    moment(10, 9),
    "石城县农业农村局（示例）",
    "SCXL-2026-0812-02",
)
FREEZE = NoticeView(
    "freeze", "收到举报，正在核查（示例）。", "", moment(10, 2), "石城县农业农村局（示例）", BATCH.number
)
VOID = NoticeView("void", "标签受潮损毁，已另印一批（示例）。", "", moment(8, 26), PACKER.name)


def scan(verdict: Verdict | str) -> ScanView:
    """What a scan with this verdict may look like."""
    code = Verdict(verdict)
    if code.status == 404:
        return ScanView(code.value, 404)
    notice = {Verdict.RECALLED: RECALL, Verdict.FROZEN: FREEZE, Verdict.VOID: VOID}.get(code)
    asked = {
        Verdict.REPEAT: AskedView(3, date(2026, 9, 7), 1),
        Verdict.WATCH: AskedView(26, date(2026, 9, 7), 9),
        Verdict.RECALLED: AskedView(2, date(2026, 9, 7), 1),
    }.get(code, AskedView(0, None))
    return replace(FIRST, verdict=code.value, notice=notice, asked=asked)


BATCH_PAGE = BatchPage(
    PRODUCT,
    PACKER,
    (GROWER,),
    replace(BATCH, children=(("SCBL-2026-0812-03-A", 250_000),)),
    AUTHORISATION,
    CERTIFICATE,
    REPORTS,
    CHAIN,
    (),
)
BRAND_PAGE = BrandPage(
    "shicheng-bailian",
    "石城白莲",
    "Shicheng White Lotus",
    "石城县示例白莲协会",
    "江西省赣州市石城县种莲，莲子七月到九月采收，经脱粒、去壳、去皮、通芯、烘焙等二十多道手工做成。",
    "Lotus is grown in Shicheng county, Jiangxi. Seeds are picked from July to September "
    "and shelled, peeled, cored and baked in more than twenty steps.",
    "/static/brands/shicheng-bailian.svg",
    "#b0567a",
    ("琴江镇", "小松镇", "高田镇", "屏山镇", "横江镇", "木兰乡", "丰山乡", "龙岗乡", "珠坑乡", "大由乡"),
    (
        Sentence(
            "采收、加工、包装、检测四个环节都有记录",
            "Harvest, processing, packaging, inspection are on record",
        ),
        Sentence("二氧化硫残留量检测合格", "Sulphur dioxide tested and within the limit"),
        Sentence("地块在保护范围的十个乡镇之内", "The plot lies in one of the ten protected townships"),
        Sentence(
            "每亩干莲不超过 120 公斤（示例·未核对）", "No more than 120 kg of dry seed per mu (example)"
        ),
    ),
    (PRODUCT, replace(PRODUCT, grade="特级", unit_weight_g=250)),
    (AUTHORISATION, replace(AUTHORISATION, holder=GROWER.name)),
    (
        AuthorisationView(
            "示例商贸有限公司", date(2025, 1, 1), date(2025, 12, 31), date(2025, 9, 1), "出租品牌标志", False
        ),
    ),
    "0797-0000000",
    edition=2,
    examples=(BATCH.number, ""),
    recalls=(
        RecallView(
            BATCH.number,
            PRODUCT.name,
            PRODUCT.name_en,
            "二氧化硫超标（示例）",
            "停止食用，到购买处退货。",
            datetime(2026, 10, 9, 2, tzinfo=UTC),
            "石城县示例农业农村局",
        ),
    ),
    statistics=BrandStatistics(
        as_of=datetime(2026, 10, 10, 2, tzinfo=UTC),
        batches=42,
        labels=1_250_000,
        activated=1_200_000,
        voided=1_300,
        passed=40,
        failed=2,
        recalls_open=1,
        recalls_closed=3,
        devices=1_234,
        years=(YearView(2025, 20, 52_000_000, 18_000_000), YearView(2026, 22, 61_500_000, 20_250_000)),
        months=tuple(
            MonthView(f"{2025 + (10 + n) // 12}-{(10 + n) % 12 + 1:02d}", 40_000 * n, 7 * n * n)
            for n in range(12)
        ),
        provinces=(
            ProvinceView("44", "广东省", "Guangdong", 812),
            ProvinceView("36", "江西省", "Jiangxi", None),
        ),
    ),
)
BRAND_CARDS = (
    BrandCard(
        "shicheng-bailian",
        "石城白莲",
        "Shicheng White Lotus",
        "/static/brands/shicheng-bailian.svg",
        "#b0567a",
        (("通芯白莲", "Cored white lotus seed"),),
        2,
    ),
)
