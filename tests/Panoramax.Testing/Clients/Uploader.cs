using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Panoramax.Testing.Clients;

/// <summary>Somebody who sends pictures, with the calls that the command-line client makes.</summary>
public sealed class Uploader(Uri address, string? bearer = null) : ApiClient(address, bearer)
{
    /// <summary>Makes an upload set.</summary>
    /// <returns>Its id.</returns>
    public async Task<Guid> CreateSet(string title, int? estimatedFiles = null, JsonObject? more = null)
    {
        var body = more?.DeepClone().AsObject() ?? [];
        body["title"] = title;
        if (estimatedFiles is not null) body["estimated_nb_files"] = estimatedFiles;
        var answer = await Post("upload_sets", body);
        if (answer.Code >= 500) throw new HttpRequestException($"the set was not made: {answer.Code} {answer.Text}");
        if (answer.Code != 200) throw new InvalidOperationException($"the set was not made: {answer.Code} {answer.Text}");
        return answer["id"]!.GetValue<Guid>();
    }

    /// <summary>Sends one file to a set.</summary>
    public async Task<Answer> SendFile(Guid set, string name, byte[] content, params (string Field, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (field, value) in fields) form.Add(new StringContent(value), field);
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "file", name);
        return await Answer.Of(await Http.PostAsync(new Uri($"/api/upload_sets/{set}/files", UriKind.Relative), form));
    }

    public Task<Answer> Complete(Guid set) => Post($"upload_sets/{set}/complete");

    public Task<Answer> Set(Guid set) => Get($"upload_sets/{set}");

    /// <summary>Asks until the set is ready, as <c>--wait</c> does.</summary>
    /// <exception cref="TimeoutException">It was not within the limit; the message holds the last answer.</exception>
    public async Task<JsonNode> UntilReady(Guid set, TimeSpan? limit = null)
    {
        var watch = Stopwatch.StartNew();
        Answer answer;
        do
        {
            answer = await Set(set);
            if (answer.Code == 200 && answer["ready"]!.GetValue<bool>()) return answer.Json!;
            await Task.Delay(100);
        }
        while (watch.Elapsed < (limit ?? TimeSpan.FromSeconds(90)));
        throw new TimeoutException($"set {set} is not ready: {answer.Text}");
    }
}
