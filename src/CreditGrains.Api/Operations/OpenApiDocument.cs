using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace CreditGrains.Api.Operations;

/// <summary>The OpenAPI document, the same on every machine.</summary>
internal static class OpenApiDocumentation
{
    private const string Bearer = "bearer";
    private const string ProblemSchema = "ProblemResponse";

    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(async (document, context, cancellation) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "CreditGrains",
                Version = "v1",
                Description = "Public credit information on organisations. "
                    + "Every error is application/problem+json (RFC 9457) with a stable code.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" },
            };
            var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemResponse), null, cancellation);
            document.AddComponent(ProblemSchema, problem);
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "The request was refused.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [ProblemWriter.ContentType] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, context.Document) },
                },
            };
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<CommandMetadata>().Any())
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = IdempotencyMiddleware.Header,
                    In = ParameterLocation.Header,
                    Description = "The command is carried out once: sent again with the same key, it gets the first answer, for a day.",
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyMiddleware.KeyCharsMax,
                    },
                });
            }

            var policy = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().FirstOrDefault()?.Policy;
            if (policy is null)
                return Task.CompletedTask;
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            var rule = AccessRules.All.Single(rule => rule.Name == policy);
            operation.Description = Roles(rule);
            return Task.CompletedTask;
        });
    }

    private static string Roles(AccessRule rule)
    {
        var roles = RoleNames.All.Where(role => (rule.Any & role.Value) != 0).Select(role => role.Key).ToList();
        if (rule.OwnSource)
            roles.Add("source (its own)");
        if (rule.OwnSubject)
            roles.Add("subject (itself)");
        return $"Roles: {string.Join(", ", roles)}.";
    }
}
