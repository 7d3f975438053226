package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.AccountLimit;
import software.amazon.awssdk.services.cloudformation.model.DescribeAccountLimitsRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeAccountLimitsResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeTypeRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeTypeResponse;
import software.amazon.awssdk.services.cloudformation.model.ListTypesRequest;
import software.amazon.awssdk.services.cloudformation.model.ListTypesResponse;
import software.amazon.awssdk.services.cloudformation.model.RegistryType;
import software.amazon.awssdk.services.cloudformation.model.TypeNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.TypeSummary;
import software.amazon.awssdk.services.cloudformation.model.Visibility;

/// The registry of resource types, as far as they come with Terrarium, and the account's limits.
final class TypeOperations implements StackPart {
  private static final int STACKS_MAX = 2000;
  private static final int OUTPUTS_MAX = 200;
  private static final int CONCURRENT_MAX = 2500;

  private final Types types;

  TypeOperations(Types types) {
    this.types = types;
  }

  @Override
  public DescribeAccountLimitsResponse describeAccountLimits(DescribeAccountLimitsRequest request) {
    return DescribeAccountLimitsResponse.builder()
        .accountLimits(
            List.of(
                limit("StackLimit", STACKS_MAX),
                limit("StackOutputsLimit", OUTPUTS_MAX),
                limit("ConcurrentResourcesLimit", CONCURRENT_MAX)))
        .build();
  }

  private static AccountLimit limit(String name, int value) {
    return AccountLimit.builder().name(name).value(value).build();
  }

  @Override
  public ListTypesResponse listTypes(ListTypesRequest request) {
    var prefix = request.filters() == null ? null : request.filters().typeNamePrefix();
    var shown =
        request.visibility() == Visibility.PUBLIC
                && (request.type() == null || request.type() == RegistryType.RESOURCE)
            ? types.all().stream()
                .filter(type -> prefix == null || type.name().startsWith(prefix))
                .map(type ->
                    TypeSummary.builder()
                        .type(RegistryType.RESOURCE)
                        .typeName(type.name())
                        .typeArn(arn(type.name()))
                        .isActivated(true)
                        .build())
                .toList()
            : List.<TypeSummary>of();
    var page = Page.of(shown, request.nextToken());
    return ListTypesResponse.builder().typeSummaries(page.items()).nextToken(page.next()).build();
  }

  @Override
  public DescribeTypeResponse describeType(DescribeTypeRequest request) {
    if (request.arn() == null && request.typeName() == null) {
      throw StackErrors.validation("Either Arn or TypeName and Type must be specified");
    }
    var type = find(request.typeName(), request.arn());
    return DescribeTypeResponse.builder()
        .arn(arn(type.name()))
        .type(RegistryType.RESOURCE)
        .typeName(type.name())
        .visibility(Visibility.PUBLIC)
        .schema(schema(type))
        .isActivated(true)
        .deprecatedStatus("LIVE")
        .build();
  }

  private ResourceType find(@Nullable String name, @Nullable String arn) {
    for (var type : types.all()) {
      if (type.name().equals(name) || arn(type.name()).equals(arn)) {
        return type;
      }
    }
    throw Errors.<TypeNotFoundException>of(
        TypeNotFoundException.builder(),
        404,
        "TypeNotFoundException",
        "The type '" + (name == null ? arn : name) + "' cannot be found.");
  }

  private static String arn(String typeName) {
    return "arn:%s:cloudformation:%s::type/resource/%s"
        .formatted(
            Call.current().scope().partition(),
            Call.current().region(),
            typeName.replace("::", "-"));
  }

  private static String schema(ResourceType type) {
    var schema = Json.object().put("typeName", type.name());
    var properties = schema.putObject("properties");
    var required = schema.putArray("required");
    var createOnly = schema.putArray("createOnlyProperties");
    for (var property : type.properties()) {
      properties.putObject(property.name());
      if (property.required()) {
        required.add(property.name());
      }
      if (property.replaces()) {
        createOnly.add("/properties/" + property.name());
      }
    }
    schema.put("additionalProperties", Types.isOpen(type));
    return Json.write(schema);
  }
}
