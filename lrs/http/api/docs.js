"use strict";
// A file of its own, so that the page needs no inline script and its policy stays strict.
window.addEventListener("DOMContentLoaded", () => {
  SwaggerUIBundle({
    url: "/api/v1/openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    // The validator badge would send the description to somebody else's server.
    validatorUrl: "none",
  });
});
