namespace Panoramax.Admin;

/// <summary>The command was called or configured wrongly: one sentence for the operator, exit code 2.</summary>
internal sealed class UsageError(string message) : Exception(message);

/// <summary>The command could not be done: one sentence for the operator, exit code 1.</summary>
internal sealed class CommandFailed(string message) : Exception(message);
