// Starts Swagger UI; a file of its own, for the content security policy allows no inline script.
/* global window */
window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
