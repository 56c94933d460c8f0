using Npgsql;
using Panoramax.Domain.Accounts;

namespace Panoramax.Stac.Collections;

/// <summary>One sequence, with its state when it is not ready.</summary>
internal static class GetCollection
{
    /// <exception cref="Panoramax.Http.Errors.ApiError">404 unknown, deleted, or not for this caller.</exception>
    public static async Task<IResult> Handle(Guid id, Caller caller, NpgsqlDataSource source, CollectionShape shape, CancellationToken cancel) =>
        TaggedAnswer.Json(
            await CollectionLookup.Find(id, caller, source, shape, cancel) ?? throw StacErrors.UnknownCollection(), StacJson.Wire.CollectionJson, MediaTypes.Json);
}
