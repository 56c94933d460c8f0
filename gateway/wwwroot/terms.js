"use strict";
// Accepting the terms of service, then going where the visitor was on the way to.
{
	const button = document.getElementById("accept");
	const problem = document.getElementById("problem");

	// Only within this site: the address comes from the link and may have been written by anybody.
	const next = () => {
		const asked = new URLSearchParams(location.search).get("next_url");
		try {
			const address = new URL(asked ?? "", document.baseURI);
			if(asked && address.origin === location.origin) return address.href;
		}
		catch(e) { /* no address at all */ }
		return document.baseURI;
	};

	const logIn = () => location.assign(`api/auth/login?next_url=${encodeURIComponent(location.href)}`);

	button.addEventListener("click", async () => {
		button.disabled = true;
		problem.hidden = true;
		try {
			const answer = await fetch("api/users/me/accept_tos", { method: "POST", headers: { Accept: "application/json" } });
			if(answer.ok) return location.assign(next());
			if(answer.status === 401) return logIn();
		}
		catch(e) { /* said below */ }
		problem.textContent = window.pageText.get("termsFailed", "That did not work, please try again.");
		problem.hidden = false;
		button.disabled = false;
	});

	// The terms in the visitor's language, else in English, else in whatever there is.
	(async () => {
		const answer = await fetch("api/pages/terms-of-service");
		if(!answer.ok) return;
		const { languages = [] } = await answer.json();
		const best = languages.find(l => l.language === window.pageText.language) ?? languages.find(l => l.language === "en") ?? languages[0];
		if(!best) return;
		const place = document.getElementById("terms");
		place.querySelector("a").href = `api/pages/terms-of-service/${encodeURIComponent(best.language)}`;
		place.hidden = false;
	})();
}
