/** Locations in every form that people paste. */
import { expect, it } from "vitest";
import { readLocation } from "./readLocation.ts";

it.each([
  "52.52, 13.405", " 52.52 13.405", "52.52;13.405", "52,52; 13,405", "geo:52.52,13.405", "geo:52.52,13.405;u=35?z=9", "52°31'12\"N 13°24'18\"E", "52.52° N, 13.405° E",
  "https://maps.example/@52.52,13.405,17z/data", "https://maps.example/?q=52.52%2C13.405", "https://map.example/#map=15/52.52/13.405",
  "https://map.example/?mlat=52.52&mlon=13.405#map=3/1/2",
])("reads «%s»", (text) => { expect(readLocation(text)).toEqual({ lat: 52.52, lon: 13.405 }); });

it("counts south and west below zero", () => {
  expect(readLocation("33°51'24.4\"S 151°12'55.1\"W")).toEqual({ lat: -33.8567778, lon: -151.2153056 });
});

it.each(["", "Berlin", "52.52", "1, 2, 3", "https://example.com/", "52,52, 13,405"])("does not take «%s» for a location", (text) => {
  expect(readLocation(text)).toBeNull();
});
