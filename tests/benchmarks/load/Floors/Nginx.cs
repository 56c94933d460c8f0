using System.Diagnostics;
using Panoramax.Testing.Processes;

namespace Panoramax.Load.Floors;

/// <summary>nginx over a folder: the floor of every answer that is bytes of a file, and of every upload.</summary>
internal sealed class Nginx : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("panoramax-nginx-").FullName;
    private readonly Process process;

    private Nginx(string root)
    {
        var port = ServiceProcess.FreePort();
        Address = new Uri($"http://127.0.0.1:{port}");
        var settings = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(settings, $$"""
            daemon off;
            pid {{folder}}/pid;
            error_log {{folder}}/error.log;
            worker_processes 2;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            events { worker_connections 512; }
            http {
                access_log off;
                sendfile on;
                keepalive_requests 100000000;
                tcp_nopush on;
                types { image/jpeg jpg; }
                client_max_body_size 200m;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                server {
                    listen 127.0.0.1:{{port}};
                    root {{root}};
                    location /put/ { dav_methods PUT; create_full_put_path on; alias {{folder}}/received/; }
                }
            }
            """);
        Directory.CreateDirectory(Path.Combine(folder, "received"));
        process = Process.Start(new ProcessStartInfo("nginx", ["-p", folder, "-c", settings]) { RedirectStandardError = true, UseShellExecute = false })!;
    }

    public Uri Address { get; }

    /// <summary>Where its PUT puts files.</summary>
    public string Received => Path.Combine(folder, "received");

    public static async Task<Nginx> Start(string root)
    {
        var nginx = new Nginx(root);
        using var probe = new HttpClient { BaseAddress = nginx.Address };
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await probe.GetAsync("/");
                return nginx;
            }
            catch (HttpRequestException) when (tries < 100 && !nginx.process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    public void Dispose()
    {
        using (var stop = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) stop.WaitForExit();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
