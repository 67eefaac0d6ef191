namespace CreditGrains.Engine.Rules;

/// <summary>
/// The rulebook's folder cannot be used on this store: its policy carries a version that is stored with another text, the policy in force
/// does not load with the other files, or stored records would no longer be valid. The message says what to do.
/// </summary>
public sealed class RulebookRefusedException(string message) : Exception(message);
