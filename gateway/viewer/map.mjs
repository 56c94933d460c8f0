// Turns the outlines of Natural Earth (public domain) from their compact form into the GeoJSON that the map draws:
// node map.mjs FOLDER
import { readFile, writeFile } from "node:fs/promises";
import { feature, mesh } from "topojson-client";

const [folder] = process.argv.slice(2);
const read = async name => JSON.parse(await readFile(new URL(`node_modules/world-atlas/${name}`, import.meta.url)));
// Two decimals are a kilometre, finer than the outlines are.
const write = (name, shape) => writeFile(`${folder}/${name}`, JSON.stringify(shape, (_, value) => typeof value === "number" ? Math.round(value * 100) / 100 : value));

const land = await read("land-50m.json");
await write("land.json", feature(land, land.objects.land));

const countries = await read("countries-50m.json");
await write("borders.json", mesh(countries, countries.objects.countries, (one, other) => one !== other));
