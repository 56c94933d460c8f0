using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Http;
using Panoramax.Http.Callers;
using Panoramax.Http.Values;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.UploadSets;

/// <summary>Opens a batch of files. What the request leaves out is decided by the instance, at each dispatch anew.</summary>
internal static class CreateUploadSet
{
    /// <exception cref="Http.Errors.ApiError">415 no JSON; 400 bad or contradictory values.</exception>
    public static async Task<Ok<UploadSetJson>> Handle(
        HttpRequest request, HttpResponse response, PanoramaxDb db, Uploader uploader, IOptions<AuthOptions> auth, Links links, TimeProvider time, CancellationToken cancel)
    {
        var fields = await RequestFields.ReadJson(request, cancel);
        var title = fields.RequiredText("title");
        var estimate = fields.Int("estimated_nb_files");
        if (fields.WasSent("relative_heading") && !fields.Has("relative_heading")) fields.Fault("relative_heading", "must be a whole number from -180 to 180");
        var settings = DispatchFields.Read(fields);
        var metadata = fields.JsonObject("metadata");
        var tags = TagEdits.Read(fields) ?? [];
        fields.ThrowIfFaulty();
        settings.ThrowIfContradictory(auth);

        var now = time.GetUtcNow();
        var account = await uploader.Account(cancel);
        var set = new UploadSetRow
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account,
            Title = title,
            CreatedAt = now,
            EstimatedNbFiles = estimate,
            Metadata = metadata,
            UserAgent = UserAgents.Of(request),
            Visibility = await DefaultVisibility(db, account, cancel),
        };
        settings.ApplyTo(set);
        db.UploadSets.Add(set);
        db.UploadSetsSemantics.AddRange(TagEdits.Plan<UploadSetSemanticsRow>([], tags).Added.Select(tag => new UploadSetSemanticsRow
        {
            UploadSetId = set.Id, Key = tag.Key, Value = tag.Value, AccountId = account, Ts = now,
        }));
        await db.SaveChangesAsync(cancel);

        var answer = await UploadSetJson.Load(db, set.Id, uploader.Caller, links, cancel);
        response.SetCreated(links.UploadSet(set.Id));
        return TypedResults.Ok(answer with { Status = null });
    }

    /// <summary>The account's own wish, else the instance's.</summary>
    public static async Task<string?> DefaultVisibility(PanoramaxDb db, Guid account, CancellationToken cancel) =>
        await db.Accounts.AsNoTracking().Where(row => row.Id == account).Select(row => row.DefaultVisibility).SingleAsync(cancel)
        ?? await db.Configurations.AsNoTracking().Select(row => row.DefaultVisibility).SingleAsync(cancel);
}
