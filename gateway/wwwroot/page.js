"use strict";
// Starts the viewer. It stays within this server: where the viewer would ask a service of the wide world, it gets an
// empty answer from here, so that the page works without internet and tells nobody what is being looked at.
{
	// Taken now: it is gone once the first await is over.
	const mapStyle = document.currentScript.dataset.mapStyle;
	const local = path => new URL(path, document.baseURI).href;

	// Outside services that the viewer has built in (its file src/utils/services.js), each with the emptiest answer it understands.
	const empty = [
		["https://presets.panoramax.fr/presets.min.json", {}],
		["https://presets.panoramax.fr/translations/", {}],
		["https://nominatim.openstreetmap.org/", { type: "FeatureCollection", features: [] }],
		["https://data.geopf.fr/geocodage/", { type: "FeatureCollection", features: [] }],
		["https://www.wikidata.org/", {}],
	];
	// And those for which there is no empty answer: icons and sprites. The viewer shows none then.
	const absent = ["https://presets.panoramax.fr/", "https://raw.githubusercontent.com/", "https://api.iconify.design/", "https://api.unisvg.com/", "https://api.simplesvg.com/"];

	const fetchFromServer = window.fetch;
	window.fetch = (input, options) => {
		const address = input instanceof Request ? input.url : String(input);
		const answer = empty.find(([start]) => address.startsWith(start));
		if(answer) return Promise.resolve(Response.json(answer[1]));
		if(absent.some(start => address.startsWith(start))) return Promise.resolve(new Response(null, { status: 404 }));
		return fetchFromServer.call(window, input, options);
	};

	// The viewer measures the line with a picture of another server where the browser does not tell; how long its own
	// code took to come says the same. In MBit/s, its limit for "fast" is 10.
	try {
		const [bundle] = performance.getEntriesByName(local("static/viewer/index.js"));
		const speed = bundle?.transferSize > 0 ? bundle.transferSize * 8 / 1e3 / Math.max(bundle.responseEnd - bundle.requestStart, 1) / 1e3 : Infinity;
		sessionStorage.setItem("pnx-internet-fast", String(speed >= 10));
	}
	catch(e) { /* storage is off: the viewer then takes the line for slow */ }

	const start = style => {
		// Made inside a template, where it is not alive yet: the viewer reads its attributes when it comes to life, and
		// would ask an outside server for a style if that one were not there.
		const template = document.createElement("template");
		template.innerHTML = "<pnx-viewer></pnx-viewer>";
		const viewer = template.content.firstChild;
		viewer.setAttribute("map-style", style);
		viewer.setAttribute("endpoint", local("api"));
		document.body.append(template.content);
	};

	if(mapStyle) start(mapStyle);
	else {
		fetchFromServer(local("static/map/style.json"))
			.then(answer => answer.json())
			.then(style => {
				// MapLibre wants absolute addresses, which a file cannot know.
				for(const source of Object.values(style.sources)) if(typeof source.data === "string") source.data = local(source.data);
				start(JSON.stringify(style));
			});
	}
}
