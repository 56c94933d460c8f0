using Microsoft.EntityFrameworkCore;
using Panoramax.Auth.Login;
using Panoramax.Database;
using Panoramax.Domain.Accounts;
using Panoramax.Http.Callers;

namespace Panoramax.Auth.Accounts;

/// <summary>Terms of service: accepted once, which never moves; their latest change read, which does.</summary>
internal static class Terms
{
    public static async Task<IResult> Accept(
        HttpContext context, Caller caller, CurrentCaller current, PanoramaxDb db, UserAnswer answer, LoginCookies cookies, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var account = await db.Accounts.SingleAsync(row => row.Id == caller.AccountId, cancel);
        account.TosAcceptedAt ??= now;
        account.TosLatestChangeReadAt = now;
        await db.SaveChangesAsync(cancel);
        if (current.IsByCookie) await cookies.Set(context, account);
        return await answer.Of(account, cancel);
    }

    public static async Task<IResult> ReadLatest(Caller caller, PanoramaxDb db, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await db.Accounts.Where(row => row.Id == caller.AccountId)
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.TosLatestChangeReadAt, now), cancel);
        return Results.Ok();
    }
}
