namespace Panoramax.Admin;

/// <summary>The command was called or configured wrongly: one sentence for the operator, exit code 2.</summary>
internal sealed class UsageError(string message) : Exception(message);
