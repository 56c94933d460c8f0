using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Minio;
using Minio.DataModel.Args;
using Minio.Exceptions;

namespace Panoramax.Storage;

/// <summary>
/// A bucket of MinIO or another S3 server. Needs strong read-after-write consistency (MinIO, Ceph, AWS since 2020), and
/// of the rights: <c>s3:GetObject</c> to read, <c>s3:PutObject</c> and <c>s3:DeleteObject</c> to write, and always
/// <c>s3:ListBucket</c>, without which the server calls a missing object "forbidden". <c>s3:CreateBucket</c> only for
/// <see cref="Ensure"/>.
/// Reads and writes go by presigned URL: the client's ranged read fails on every 206, its plain one cannot stream into
/// an answer, and its write cuts files into parts that stay behind when it is interrupted.
/// </summary>
internal sealed class S3PictureStore(S3Connection connection, string bucket) : IBucket
{
    /// <summary>A URL is used at once; the rest is for clocks that differ. Seconds.</summary>
    private const int UrlLifetime = 15 * 60;

    /// <summary>The most keys that S3 takes in one request.</summary>
    private const int KeysPerDelete = 1000;

    private readonly IMinioClient client = connection.Client;

    public async Task Put(string key, Stream content, string contentType, CancellationToken cancel)
    {
        var url = await client.PresignedPutObjectAsync(new PresignedPutObjectArgs().WithBucket(bucket).WithObject(key).WithExpiry(UrlLifetime));
        // Neither is disposed: that would close the caller's stream.
        var body = new StreamContent(content);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        // S3 takes no body of unknown length; a length that does not come true makes it drop the object.
        body.Headers.ContentLength = content.Length - content.Position;
        var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = body };

        using var answer = await connection.Http.SendAsync(request, cancel);
        if (!answer.IsSuccessStatusCode) throw NoBucket(answer.StatusCode);
    }

    public async Task<StoredPicture?> Get(string key, ByteRange? range, CancellationToken cancel)
    {
        var answer = await Read(HttpMethod.Get, key, range, cancel);
        if (await IsAbsent(answer, cancel))
        {
            answer.Dispose();
            return null;
        }

        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // This answer does not say how long the object is; its first byte does, unless it has none.
            answer.Dispose();
            using var first = await Read(HttpMethod.Get, key, ByteRange.Between(0, 0), cancel);
            return first.StatusCode == HttpStatusCode.NotFound ? null : Describe(first, Stream.Null, outside: true);
        }

        return Describe(answer, await answer.Content.ReadAsStreamAsync(cancel), outside: false);
    }

    public async Task<bool> Exists(string key, CancellationToken cancel)
    {
        try
        {
            await client.StatObjectAsync(new StatObjectArgs().WithBucket(bucket).WithObject(key), cancel);
            return true;
        }
        catch (ObjectNotFoundException)
        {
            return false;
        }
        catch (BucketNotFoundException error)
        {
            throw NoBucket(error);
        }
    }

    public async Task Delete(string key, CancellationToken cancel)
    {
        try
        {
            await client.RemoveObjectAsync(new RemoveObjectArgs().WithBucket(bucket).WithObject(key), cancel);
        }
        catch (ObjectNotFoundException)
        {
            // Some servers say so; S3 itself does not.
        }
        catch (BucketNotFoundException error)
        {
            throw NoBucket(error);
        }
    }

    public async Task DeleteFolder(string folder, CancellationToken cancel)
    {
        var keys = new List<string>();
        await foreach (var found in List(folder, cancel)) keys.Add(found.Key);
        foreach (var some in keys.Chunk(KeysPerDelete))
        {
            var errors = await client.RemoveObjectsAsync(new RemoveObjectsArgs().WithBucket(bucket).WithObjects([.. some]), cancel);
            if (errors.FirstOrDefault(error => error.Code != "NoSuchKey") is { } failed)
            {
                throw failed.Code is "AccessDenied"
                    ? new PictureStoreRefused($"The bucket {bucket} refused to delete {failed.Key}: {failed.Code}")
                    : new PictureStoreUnavailable($"The bucket {bucket} did not delete {failed.Key}: {failed.Code}", reached: true);
            }
        }
    }

    public async IAsyncEnumerable<StoredKey> List(string folder, [EnumeratorCancellation] CancellationToken cancel)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        var objects = client.ListObjectsEnumAsync(new ListObjectsArgs().WithBucket(bucket).WithPrefix(prefix).WithRecursive(true), cancel);
        await using var each = objects.GetAsyncEnumerator(cancel);
        while (true)
        {
            try
            {
                if (!await each.MoveNextAsync()) yield break;
            }
            catch (BucketNotFoundException error)
            {
                throw NoBucket(error);
            }

            var found = each.Current;
            var changed = found.LastModifiedDateTime is { } time ? new DateTimeOffset(time.ToUniversalTime()) : DateTimeOffset.MinValue;
            yield return new StoredKey(found.Key, (long)found.Size, changed);
        }
    }

    public async Task Ensure(CancellationToken cancel)
    {
        if (await IsThere(cancel)) return;
        try
        {
            await client.MakeBucketAsync(new MakeBucketArgs().WithBucket(bucket), cancel);
        }
        catch (PictureStoreRefused error)
        {
            throw new PictureStoreRefused($"The bucket {bucket} is not there and this key may not make it: {error.Message}", error);
        }
        catch (MinioException error)
        {
            // Somebody else may have made it in between.
            if (!await IsThere(cancel)) throw new PictureStoreRefused($"The bucket {bucket} cannot be made: {error.Message}", error);
        }
    }

    public async Task Probe(CancellationToken cancel)
    {
        if (!await IsThere(cancel)) throw NoBucket(HttpStatusCode.NotFound);
    }

    private Task<bool> IsThere(CancellationToken cancel) =>
        client.BucketExistsAsync(new BucketExistsArgs().WithBucket(bucket), cancel);

    private async Task<HttpResponseMessage> Read(HttpMethod method, string key, ByteRange? range, CancellationToken cancel)
    {
        var url = await client.PresignedGetObjectAsync(new PresignedGetObjectArgs().WithBucket(bucket).WithObject(key).WithExpiry(UrlLifetime));
        using var request = new HttpRequestMessage(method, url);
        if (range is { } part) request.Headers.TryAddWithoutValidation("Range", part.ToString());
        return await connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    private async Task<bool> IsAbsent(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.StatusCode != HttpStatusCode.NotFound) return false;
        var body = await answer.Content.ReadAsStringAsync(cancel);
        return body.Contains("NoSuchBucket", StringComparison.Ordinal) ? throw NoBucket(answer.StatusCode) : true;
    }

    private static StoredPicture Describe(HttpResponseMessage answer, Stream content, bool outside)
    {
        var headers = answer.Content.Headers;
        var part = headers.ContentRange;
        var length = outside ? 0 : headers.ContentLength ?? 0;
        var total = part?.Length ?? headers.ContentLength ?? 0;
        return new StoredPicture
        {
            Content = new ContentStream(content, length, answer),
            Start = outside ? total : part?.From ?? 0,
            Length = length,
            TotalLength = answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable ? 0 : total,
            ETag = answer.Headers.ETag?.ToString() ?? "\"\"",
            LastModified = headers.LastModified ?? DateTimeOffset.MinValue,
        };
    }

    private PictureStoreRefused NoBucket(HttpStatusCode status) => new($"The bucket {bucket} is not there ({(int)status}): make it with 'migrate'");

    private PictureStoreRefused NoBucket(BucketNotFoundException error) => new($"The bucket {bucket} is not there: make it with 'migrate'", error);
}
