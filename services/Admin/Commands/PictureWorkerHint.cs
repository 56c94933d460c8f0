using System.CommandLine;

namespace Panoramax.Admin.Commands;

/// <summary><c>picture-worker</c>: a command of the upstream server that is a process of its own here. Says so instead of "unknown".</summary>
internal static class PictureWorkerHint
{
    public static Command Command(Instance instance)
    {
        var command = new Command("picture-worker", CommandLine.About(
            "Says how to run a worker: it is a program of its own here, which ends with SIGTERM.", "picture-worker"));
        command.SetAction(async (_, _) =>
        {
            await instance.Say("Workers are programs of their own here: run Panoramax.PictureWorker, as often as there is work for.");
            return 1;
        });
        return command;
    }
}
