"use strict";
// Shows the description of this server's API.
window.ui = window.SwaggerUIBundle({
	url: new URL("api/docs/specs.json", document.baseURI).href,
	dom_id: "#api",
	deepLinking: true,
	docExpansion: "list",
	// Would send the description to an outside server.
	validatorUrl: null,
	// The login cookie goes along, so that a signed-in visitor may try what needs a login.
	withCredentials: true,
});
