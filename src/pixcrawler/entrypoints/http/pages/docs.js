// Shows the OpenAPI document with Swagger UI.
window.ui = SwaggerUIBundle({
  url: "/schema/openapi.json",
  dom_id: "#ui",
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
