namespace Panoramax.Admin;

internal static class Usage
{
    public const string Text = """
        Usage: Panoramax.Admin COMMAND
          migrate    bring the database schema up to this build and grant each role its rights
        """;
}
