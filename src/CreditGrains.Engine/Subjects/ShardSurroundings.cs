using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>Services and settings that all shards of a process share.</summary>
internal sealed record ShardSurroundings(
    IStore Store, RulesInForce Rules, SubjectReader Reader, FormerEffects Former, EngineOptions Options, TimeProvider Time,
    StoreFaultLog Faults, IShardHost Host);
