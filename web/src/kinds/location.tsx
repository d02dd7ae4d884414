/** A point on the map as latitude and longitude; its link opens whatever map the device has. No map is asked for here. */
import { formatNumber } from "../lib/format.ts";
import { readLocation, type Place } from "../lib/readLocation.ts";
import { isBlank } from "./kind.ts";
import { lineKind, plainText } from "./lineKind.tsx";
import style from "./kinds.module.css";

function placeIn(value: unknown): Place | null {
  if (typeof value !== "object" || value === null) return null;
  const { lat, lon } = value as Partial<Place>;
  return typeof lat === "number" && typeof lon === "number" ? { lat, lon } : null;
}

/** With points in every language: it is pasted into maps. */
function format(value: unknown): string {
  const place = placeIn(value);
  return place === null ? plainText(value) : `${plain(place.lat)}, ${plain(place.lon)}`;
}

function plain(degrees: number): string {
  return degrees.toFixed(7).replace(/\.?0+$/, "");
}

export const location = lineKind({
  name: "location", icon: "location", width: 164, link: true, format,
  parse: (typed) => (typed.trim() === "" ? null : (readLocation(typed) ?? typed)),
  Display: ({ value }) => {
    const place = placeIn(value);
    if (place === null) return isBlank(value) ? null : <>{plainText(value)}</>;
    const said = `${formatNumber(place.lat, { maximumFractionDigits: 7 })}° / ${formatNumber(place.lon, { maximumFractionDigits: 7 })}°`;
    return <a className={style["link"]} href={`geo:${plain(place.lat)},${plain(place.lon)}`} title={said} tabIndex={-1}>{format(place)}</a>;
  },
});
