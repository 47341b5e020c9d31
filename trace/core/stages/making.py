"""The stages in the workshop: processing 加工, packaging 包装."""

from __future__ import annotations

from trace.core.organisation import TRADERS
from trace.core.stage import Choice, Fact, Stage
from trace.core.stages.common import NOTE, in_order, temperature, worker

PROCESSING = Stage(
    key="processing",
    zh="加工",
    en="Processing",
    icon="processing",
    help_zh="清洗、去壳、烘焙等，一道工序一行。",
    help_en="Washing, shelling, drying: one row for each step.",
    org_kinds=frozenset(TRADERS),
    places=("site",),
    epcis=("TransformationEvent", "creating_class_instance"),
    quantity="optional",
    facts=(
        Fact(
            "steps",
            "工序",
            "Steps",
            "rows",
            required=True,
            columns=(
                Fact(
                    "step",
                    "工序",
                    "Step",
                    "choice",
                    required=True,
                    choices=(
                        Choice("sorting", "分拣", "Sorting"),
                        Choice("washing", "清洗", "Washing"),
                        Choice("threshing", "脱粒", "Threshing"),
                        Choice("shelling", "去壳", "Shelling"),
                        Choice("peeling", "去皮", "Peeling"),
                        Choice("soaking", "浸泡", "Soaking"),
                        Choice("rinsing", "漂洗", "Rinsing"),
                        Choice("coring", "通芯", "Coring"),
                        Choice("drying", "烘焙（干燥）", "Drying"),
                        Choice("cooling", "退热（冷却）", "Cooling"),
                        Choice("milling", "碾磨", "Milling"),
                        Choice("cutting", "切分", "Cutting"),
                        Choice("freezing", "速冻", "Freezing"),
                        Choice("slaughter", "屠宰", "Slaughter"),
                        Choice("other", "其他", "Other"),
                    ),
                ),
                temperature("temperature", "温度", "Temperature"),
                Fact("hours", "时长", "Duration", "decimal", unit="小时", minimum=0, maximum=10_000),
                Fact(
                    "additives",
                    "添加物",
                    "Additives",
                    "text",
                    max_length=120,
                    help_zh="名称和用量；没有就不填。",
                    help_en="Name and amount; blank if none.",
                ),
                Fact("detail", "说明", "Detail", "text", max_length=120),
            ),
        ),
        Fact("workshop", "车间", "Workshop", "text", max_length=60),
        Fact("licence", "生产许可证号", "Production licence", "text", max_length=40),
        Fact("standard", "执行标准", "Standard", "text", max_length=60),
        worker(),
        NOTE,
    ),
)

PACKAGING = Stage(
    key="packaging",
    zh="包装",
    en="Packaging",
    icon="packaging",
    help_zh="装袋、装盒时记录，填规格和数量。",
    help_en="Record when packing: the size and how many.",
    org_kinds=frozenset(TRADERS),
    places=("site",),
    epcis=("TransformationEvent", "packing"),
    quantity="optional",
    facts=(
        Fact(
            "spec",
            "包装规格",
            "Pack",
            "text",
            required=True,
            max_length=60,
            help_zh="例如：500 克/袋。",
            help_en="For example 500 g a bag.",
        ),
        Fact("count", "件数", "Number of packs", "integer", minimum=1, maximum=100_000_000),
        Fact("grade", "等级", "Grade", "text", max_length=40),
        Fact("material", "包装材料", "Material", "text", max_length=60),
        Fact("packed_on", "包装日期", "Packed on", "date"),
        Fact("best_before", "保质期至", "Best before", "date"),
        worker(),
        NOTE,
    ),
    checks=(in_order("packed_on", "best_before", "event.days-reversed"),),
)
