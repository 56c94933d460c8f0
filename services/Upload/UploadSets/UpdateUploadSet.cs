using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Sequences;
using Panoramax.Http;
using Panoramax.Http.Callers;
using Panoramax.Http.Values;
using Panoramax.Messaging.Jobs;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.UploadSets;

/// <summary>
/// Changes the settings of a set. Nothing is dispatched by that until it is completed again; only tags and visibility reach
/// the sequences that are there already. Anybody who may upload may add tags.
/// </summary>
internal static class UpdateUploadSet
{
    private static readonly string[] allowed = [.. DispatchFields.Names, "semantics"];

    /// <exception cref="Http.Errors.ApiError">415; 400 bad, contradictory or unknown fields; 404; 403.</exception>
    public static async Task<Ok<UploadSetJson>> Handle(
        Guid id, HttpRequest request, PanoramaxDb db, Uploader uploader, IOptions<AuthOptions> auth, JobRequests jobs, Links links, TimeProvider time, CancellationToken cancel)
    {
        var fields = await RequestFields.ReadJson(request, cancel);
        var settings = DispatchFields.Read(fields);
        var tags = TagEdits.Read(fields) ?? [];
        foreach (var name in fields.Names.Except(allowed)) fields.Fault(name, "is not a field that can be changed");
        fields.ThrowIfFaulty();
        settings.ThrowIfContradictory(auth);

        var seen = await uploader.FindSet(id, cancel) ?? throw UploadErrors.UnknownSet();
        var tagsOnly = fields.Names.All(name => name == "semantics");
        if (!tagsOnly && !await uploader.MayEdit(seen.AccountId, cancel)) throw UploadErrors.NotYourSet();

        if (fields.Names.Any(fields.Has))
        {
            await using var change = await jobs.BeginChange(cancel);
            var set = await db.UploadSets.Locked(id, cancel) ?? throw UploadErrors.UnknownSet();
            settings.ApplyTo(set);
            var account = await uploader.Account(cancel);
            var sequences = settings.Visibility is null && tags.Count == 0 ? [] : await db.Sequences.LockedOfSet(id, cancel);
            sequences.RemoveAll(sequence => sequence.Status == SequenceStatus.Deleted);
            await SetTags.Apply(db, set, sequences, tags, account, time.GetUtcNow(), cancel);
            if (settings.Visibility is { } visibility)
            {
                foreach (var sequence in sequences.Where(sequence => sequence.Visibility != visibility))
                {
                    sequence.Visibility = visibility;
                    sequence.UpdatedAt = time.GetUtcNow();
                }
            }

            await change.Commit(cancel);
        }

        return TypedResults.Ok(await UploadSetJson.Load(db, id, uploader.Caller, links, cancel));
    }
}
