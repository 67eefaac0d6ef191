namespace CreditGrains.Portal.Texts;

/// <summary>Words of the operator's pages.</summary>
public static class OperationTexts
{
    public static readonly Text Title = new("运行情况", "Operation");
    public static readonly Text Navigation = new("运行页面", "Pages of operation");
    public static readonly Text Console = new("概况", "Overview");
    public static readonly Text Subscriptions = new("变更推送", "Subscriptions");
    public static readonly Text Plans = new("抽查计划", "Inspection plans");
    public static readonly Text Refresh = new("刷新", "Refresh");
    public static readonly Text Silent = new("数据库没有响应", "The database does not answer");
    public static readonly Text SilentSince = new("自 {0} 起，本节点未收到数据库的响应。", "This node has had no answer from the database since {0}.");
    public static readonly Text SilentMeans = new(
        "内存中已有的主体仍可核查；数据报送、办件以及需要读取数据库的页面要等数据库恢复。已确认接收的数据不会丢失。",
        "Checks of organisations in memory go on; feeds, cases and pages that read the database wait for it. What was acknowledged is "
        + "not lost.");
    public static readonly Text SilentDo = new(
        "请检查数据库服务器、网络连接和口令，日志中有具体原因；恢复后本节点自动继续，无需重启。",
        "Look at the database server, the network and the password; the log says what is wrong. This node goes on by itself, without a "
        + "restart.");
    public static readonly Text Subjects = new("组织", "Organisations");
    public static readonly Text Events = new("已接收的信息", "Events in the journal");
    public static readonly Text Lag = new("尚未写回的信息", "Events not written back yet");
    public static readonly Text Shards = new("分片", "Shards");
    public static readonly Text Warm = new("内存中的组织", "Organisations in memory");
    public static readonly Text Dirty = new("等待写回的组织", "Organisations that wait to be written");
    public static readonly Text Unfolded = new("等待处理的信息", "Events that wait to be folded");
    public static readonly Text Memory = new("进程内存", "Memory of this process");
    public static readonly Text MemoryValue = new("{0} MB（其中托管堆 {1} MB）", "{0} MB, of which {1} MB managed");
    public static readonly Text Started = new("进程启动时间", "Process started");
    public static readonly Text Rules = new("使用中的规则", "Rules in force");
    public static readonly Text Dashboard = new("Orleans 仪表板（运营令牌）：{0}", "Orleans dashboard (operator’s token): {0}");
    public static readonly Text Nodes = new("节点", "Nodes");
    public static readonly Text ColumnNode = new("节点", "Node");
    public static readonly Text ColumnAddress = new("地址", "Address");
    public static readonly Text ColumnShards = new("分片数", "Shards");
    public static readonly Text Copies = new("其他节点组织的副本", "Copies of other nodes’ organisations");
    public static readonly Text CopiesValue = new("{0}（命中 {1}%，滞后 {2} 毫秒）", "{0} ({1} % of reads, {2} ms behind)");
    public static readonly Text Jobs = new("最近的任务", "Newest jobs");
    public static readonly Text NoJobs = new("还没有任务。", "There has been no job.");
    public static readonly Text ColumnJob = new("任务", "Job");
    public static readonly Text ColumnHeard = new("最近心跳", "Last heard of");
    public static readonly Text JobRecomputation = new("重算", "Recomputation");
    public static readonly Text JobSimulation = new("模拟", "Simulation");
    public static readonly Text JobDraw = new("抽查抽取", "Inspection draw");
    public static readonly Text JobStatistics = new("每日统计", "Counting of figures");
    public static readonly Text Busiest = new("滞后最多的分片", "Shards that lag most");
    public static readonly Text NoLag = new("没有滞后的分片。", "No shard lags.");
    public static readonly Text ColumnShard = new("分片", "Shard");
    public static readonly Text ColumnHead = new("最新位置", "Head");
    public static readonly Text ColumnLag = new("滞后", "Lag");
    public static readonly Text Volume = new("各信源单位的报送量", "Lines by source");
    public static readonly Text ColumnSource = new("信源单位", "Source");
    public static readonly Text ColumnLines = new("行数", "Lines");
    public static readonly Text ColumnRejected = new("退回", "Rejected");
    public static readonly Text Sources = new("信源单位明细", "Sources one by one");
    public static readonly Text Grades = new("内部参考等级分布", "Internal grades");
    public static readonly Text GradesOf = new("根据 {0} 完成的重算。", "As the recomputation found that finished on {0}.");
    public static readonly Text GradesNone = new("还没有完成过重算，暂无等级分布。", "No recomputation has finished yet, so there is no distribution.");
    public static readonly Text ColumnGrade = new("等级", "Grade");
    public static readonly Text ColumnSubjects = new("组织数", "Organisations");
    public static readonly Text Unrated = new("未评价", "Not rated");
    public static readonly Text Recomputations = new("重算", "Recomputations");

    public static readonly Text RecomputationsIntro = new(
        "规则启用后，平台自动按新规则重算全部组织。", "After a change of rules all organisations are recomputed by themselves.");

    public static readonly Text RunTitle = new("重算 {0}", "Recomputation {0}");
    public static readonly Text ColumnRun = new("编号", "Run");
    public static readonly Text ColumnProgress = new("进度", "Progress");
    public static readonly Text ColumnStarted = new("开始时间", "Started");
    public static readonly Text NoRuns = new("还没有重算。", "There has been no recomputation.");
    public static readonly Text State = new("状态", "State");
    public static readonly Text Running = new("进行中", "Running");
    public static readonly Text Paused = new("已暂停", "Paused");
    public static readonly Text Cancelled = new("已取消", "Cancelled");
    public static readonly Text Finished = new("已完成", "Finished");
    public static readonly Text Failed = new("失败", "Failed");
    public static readonly Text Queued = new("排队中", "Queued");
    public static readonly Text Interrupted = new("已中断", "Interrupted");
    public static readonly Text Progress = new("进度", "Progress");
    public static readonly Text ProgressValue = new("{0} 家，共 {1} 家（{2}%）", "{0} of {1} ({2} %)");
    public static readonly Text Remaining = new("预计还需", "Remaining");
    public static readonly Text Seconds = new("{0} 秒", "{0} s");
    public static readonly Text Written = new("结果有变化的组织", "Results that changed");
    public static readonly Text GradesChanged = new("等级有变化的组织", "Grades that changed");
    public static readonly Text AskedBy = new("发起人和原因", "Asked for by");
    public static readonly Text AskedValue = new("由 {0} 发起：{1}", "By {0}: {1}");
    public static readonly Text Error = new("失败原因", "Why it failed");
    public static readonly Text Digest = new("签名摘要", "Signed digest");
    public static readonly Text Matrix = new("等级变化", "From grade to grade");
    public static readonly Text MatrixText = new("行是原等级，列是新等级。", "Rows: the grade before. Columns: the grade after.");
    public static readonly Text MatrixNone = new("没有组织。", "There is no organisation.");
    public static readonly Text ColumnBefore = new("原等级", "Before");
    public static readonly Text Poison = new("搁置的组织", "Organisations set aside");
    public static readonly Text NoPoison = new("没有搁置的组织。", "None is set aside.");
    public static readonly Text ColumnWhy = new("原因", "Why");
    public static readonly Text Start = new("重新计算全部组织", "Recompute all organisations");
    public static readonly Text StartReason = new("原因", "Reason");
    public static readonly Text Pause = new("暂停", "Pause");
    public static readonly Text Resume = new("继续", "Go on");
    public static readonly Text Cancel = new("取消", "Cancel");
    public static readonly Text NotNow = new("重算的状态已变化，没有执行。", "The run stands otherwise by now: nothing was done.");
    public static readonly Text NoSubscriptions = new("没有订阅。", "There is no subscription.");
    public static readonly Text ColumnUrl = new("接收地址", "Receiver");
    public static readonly Text ColumnDelivered = new("已送达", "Delivered");
    public static readonly Text ColumnBehind = new("待送", "Behind");
    public static readonly Text ColumnLastError = new("最近的错误", "Last error");
    public static readonly Text NoPlans = new("没有抽查计划。", "There is no inspection plan.");
    public static readonly Text ColumnPlan = new("计划", "Plan");
    public static readonly Text ColumnPeriod = new("期间", "Period");
    public static readonly Text ColumnCandidates = new("候选组织", "Candidates");
    public static readonly Text ColumnInspections = new("抽中", "Drawn");
    public static readonly Text ColumnDrawn = new("抽取时间", "Drawn at");
    public static readonly Text Simulation = new("模拟：{0} 相对 {1}", "Simulation: {0} against {1}");
    public static readonly Text SimulationDown = new("降级", "Down a grade");
    public static readonly Text SimulationUp = new("升级", "Up a grade");
    public static readonly Text Share = new("{0} 家（{1}%）", "{0} organisations ({1} %)");
    public static readonly Text Falls = new("下降最多的组织", "Greatest falls");
    public static readonly Text Rises = new("上升最多的组织", "Greatest rises");
    public static readonly Text ColumnFrom = new("变化", "From and to");
    public static readonly Text NoMovers = new("没有。", "None.");
    public static readonly Text AsOf = new("日期", "As of");
    public static readonly Text Looked = new("已看的组织", "Organisations looked at");
}
