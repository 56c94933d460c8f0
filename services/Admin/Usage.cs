namespace Panoramax.Admin;

internal static class Usage
{
    public const string Text = """
        Usage: Panoramax.Admin COMMAND
          migrate          bring the database schema up to this build and grant each role its rights
          await-schema     wait until migrate has done so
          check [PROCESS]  try everything that a process depends on, with the settings given, and say what to mend
        """;
}
