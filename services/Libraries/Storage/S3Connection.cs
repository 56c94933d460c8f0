using System.Net;
using System.Net.Sockets;
using System.Xml;
using System.Xml.Linq;
using Minio;

namespace Panoramax.Storage;

/// <summary>
/// One client and one pool of connections for all buckets of a process. Errors of the connection and of the server are
/// turned into ours here, under the client, since the client's own are of no use: it answers a 503 without a body with
/// a NullReferenceException.
/// </summary>
internal sealed class S3Connection
{
    /// <summary>Longest wait for the head of an answer, sending included: 100 MB take so long at 10 Mbit/s.</summary>
    private static readonly TimeSpan answerTimeout = TimeSpan.FromSeconds(100);

    private static readonly TimeSpan connectTimeout = TimeSpan.FromSeconds(5);

    public S3Connection(S3Options options)
    {
        var endpoint = new Uri(options.Endpoint!);
        Http = new HttpClient(new Answers(endpoint.Authority)) { Timeout = Timeout.InfiniteTimeSpan };
        Client = new MinioClient()
            .WithEndpoint(endpoint.Authority)
            .WithSSL(endpoint.Scheme == "https")
            .WithCredentials(options.AccessKey, options.SecretKey)
            // Known, so that the client never asks the server for it.
            .WithRegion(options.Region)
            .WithHttpClient(Http)
            .Build();
    }

    public IMinioClient Client { get; }

    /// <summary>For presigned URLs.</summary>
    public HttpClient Http { get; }

    private sealed class Answers(string server) : DelegatingHandler(new SocketsHttpHandler
    {
        ConnectCallback = Connect,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(answerTimeout);
            HttpResponseMessage answer;
            try
            {
                answer = await base.SendAsync(request, limit.Token);
            }
            catch (HttpRequestException error)
            {
                var reached = error.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);
                throw new PictureStoreUnavailable($"The object store at {server} {(reached ? "broke off" : "is not reached")}: {error.Message}", reached, error);
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw new PictureStoreUnavailable($"The object store at {server} did not answer within {answerTimeout.TotalSeconds} s", reached: true, error);
            }

            await Check(answer, cancellationToken);
            return answer;
        }

        /// <summary>Lets through what has a meaning for the caller: success, "not there", "outside of the object", "bucket exists".</summary>
        private async Task Check(HttpResponseMessage answer, CancellationToken cancel)
        {
            var status = answer.StatusCode;
            if ((int)status < 300 || status is HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.Conflict or HttpStatusCode.NotModified) return;

            var code = await ErrorCode(answer, cancel);
            if (status == HttpStatusCode.NotFound && code is null or "NoSuchKey" or "NoSuchBucket") return;

            var what = $"{(int)status}{(code is null ? "" : " " + code)}";
            answer.Dispose();
            if ((int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || code is "RequestTimeout")
            {
                var reached = status is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout);
                throw new PictureStoreUnavailable($"The object store at {server} answered {what}", reached);
            }

            throw new PictureStoreRefused($"The object store at {server} refused with {what}");
        }

        /// <summary>The element <c>Code</c> of S3's error document; null when there is none (HEAD, proxies).</summary>
        private static async Task<string?> ErrorCode(HttpResponseMessage answer, CancellationToken cancel)
        {
            try
            {
                // Buffered, so that the client can read it once more.
                await answer.Content.LoadIntoBufferAsync(64 * 1024, cancel);
                var text = await answer.Content.ReadAsStringAsync(cancel);
                return text.Length == 0 ? null : XDocument.Parse(text).Root?.Element("Code")?.Value;
            }
            catch (Exception error) when (error is XmlException or HttpRequestException or IOException)
            {
                return null;
            }
        }

        /// <summary>
        /// Connects within a limit of its own that ends as a socket error, so that "not reached" and "too slow once
        /// connected" can be told apart.
        /// </summary>
        private static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(connectTimeout);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, limit.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                socket.Dispose();
                throw new SocketException((int)SocketError.TimedOut);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
