using Microsoft.AspNetCore.Http;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Http;
using Panoramax.Http.Values;
using Panoramax.Upload.UploadSets;

namespace Panoramax.Upload.Collections;

/// <summary>The older way to upload: an empty collection first, then its pictures one by one with their places in it.</summary>
internal static class CreateCollection
{
    private const int LargestLooseBody = 64 * 1024;

    public static async Task<IResult> Handle(
        HttpRequest request, HttpResponse response, PanoramaxDb db, Uploader uploader, StacAnswers answers, Links links, TimeProvider time, CancellationToken cancel)
    {
        var title = await ReadTitle(request, cancel);
        var now = time.GetUtcNow();
        var account = await uploader.Account(cancel);
        var sequence = new SequenceRow
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account,
            Title = title,
            Visibility = await CreateUploadSet.DefaultVisibility(db, account, cancel),
            InsertedAt = now,
            UpdatedAt = now,
            UserAgent = UserAgents.Of(request),
        };
        db.Sequences.Add(sequence);
        await db.SaveChangesAsync(cancel);
        response.SetCreated(links.Collection(sequence.Id));
        return await answers.Collection(sequence.Id, cancel);
    }

    /// <summary>Some clients send JSON without saying that it is JSON.</summary>
    private static async Task<string?> ReadTitle(HttpRequest request, CancellationToken cancel)
    {
        var says = RequestFields.IsJson(request) || request.HasFormContentType;
        if (!says && request.ContentLength is > 0 and <= LargestLooseBody) request.ContentType = "application/json";
        RequestFields fields;
        try
        {
            fields = await RequestFields.ReadJsonOrForm(request, cancel);
        }
        catch (Http.Errors.ApiError) when (!says)
        {
            return null;
        }

        var title = fields.Text("title");
        fields.ThrowIfFaulty();
        return title;
    }
}
