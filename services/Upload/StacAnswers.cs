using Microsoft.AspNetCore.Http;

namespace Panoramax.Upload;

/// <summary>TEMP</summary>
internal sealed class StacAnswers
{
    public async Task<IResult> Collection(Guid id, CancellationToken cancel)
    {
        await Task.Yield();
        return TypedResults.Ok();
    }

    public async Task<IResult> Item(Guid id, int status, CancellationToken cancel, bool asPlainJson = false)
    {
        await Task.Yield();
        return TypedResults.StatusCode(status);
    }
}
