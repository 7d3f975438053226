package dev.terrarium.services.glue;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.glue.RegistryKeys.RegistryKey;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.CreateRegistryRequest;
import software.amazon.awssdk.services.glue.model.CreateRegistryResponse;
import software.amazon.awssdk.services.glue.model.DeleteRegistryRequest;
import software.amazon.awssdk.services.glue.model.DeleteRegistryResponse;
import software.amazon.awssdk.services.glue.model.GetRegistryRequest;
import software.amazon.awssdk.services.glue.model.GetRegistryResponse;
import software.amazon.awssdk.services.glue.model.ListRegistriesRequest;
import software.amazon.awssdk.services.glue.model.ListRegistriesResponse;
import software.amazon.awssdk.services.glue.model.RegistryId;
import software.amazon.awssdk.services.glue.model.RegistryListItem;
import software.amazon.awssdk.services.glue.model.RegistryStatus;
import software.amazon.awssdk.services.glue.model.UpdateRegistryRequest;
import software.amazon.awssdk.services.glue.model.UpdateRegistryResponse;

/// Registries: names under which schemas are.
final class GlueRegistries extends GluePart {
  private static final int PAGE_MAX = 100;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-_$#.]+");

  private final Registries registries;

  GlueRegistries(Registries registries) {
    super(registries.catalog);
    this.registries = registries;
  }

  static void checkName(String parameter, @Nullable String name) {
    if (name == null) {
      throw GlueErrors.invalid("The parameter " + parameter + " is required.");
    }
    if (name.isEmpty() || name.length() > 255 || !NAME.matcher(name).matches()) {
      throw GlueErrors.invalid(
          "The parameter value contains one or more characters that are not valid. Parameter Name:"
              + " "
              + parameter);
    }
  }

  @Override
  public CreateRegistryResponse createRegistry(CreateRegistryRequest request) {
    checkName("registryName", request.registryName());
    GlueTags.check(request.tags());
    var key = registries.key(RegistryId.builder().registryName(request.registryName()).build());
    make(key, request.description(), request.tags());
    return CreateRegistryResponse.builder()
        .registryArn(key.arn())
        .registryName(key.name())
        .description(request.description())
        .tags(request.hasTags() ? request.tags() : null)
        .build();
  }

  private void make(RegistryKey key, @Nullable String description, Map<String, String> tags) {
    registries.with(
        key,
        () -> {
          if (registries.registries.contains(key)) {
            throw GlueErrors.alreadyExists("Registry already exists. RegistryName: " + key.name());
          }
          var batch = new Batch();
          registries.registries.put(batch, key, registries.described(key, description));
          if (!tags.isEmpty()) {
            catalog.tags.put(batch, key.arn(), tags);
          }
          catalog.store.commit(batch);
          return key;
        });
  }

  @Override
  public GetRegistryResponse getRegistry(GetRegistryRequest request) {
    return registries.registry(registries.key(request.registryId()));
  }

  @Override
  public ListRegistriesResponse listRegistries(ListRegistriesRequest request) {
    new GlueConstraints().page(request.maxResults(), PAGE_MAX).check();
    var call = Call.current();
    var page =
        Pages.of(
            registries.registries.list(call.account(), call.region()),
            GetRegistryResponse::registryName,
            request.maxResults(),
            PAGE_MAX,
            request.nextToken());
    return ListRegistriesResponse.builder()
        .registries(
            page.items().stream()
                .map(one -> Pojos.copy(one, RegistryListItem.builder()).build())
                .toList())
        .nextToken(page.token())
        .build();
  }

  @Override
  public UpdateRegistryResponse updateRegistry(UpdateRegistryRequest request) {
    new GlueConstraints().required("description", request.description()).check();
    var key = registries.key(request.registryId());
    registries.with(
        key,
        () -> {
          var after =
              registries.registry(key).toBuilder()
                  .description(request.description())
                  .updatedTime(registries.now())
                  .build();
          registries.registries.put(key, after);
          return after;
        });
    return UpdateRegistryResponse.builder().registryName(key.name()).registryArn(key.arn()).build();
  }

  @Override
  public DeleteRegistryResponse deleteRegistry(DeleteRegistryRequest request) {
    var key = registries.key(request.registryId());
    registries.with(
        key,
        () -> {
          var gone = registries.registry(key);
          var batch = new Batch();
          registries.registries.delete(batch, key);
          catalog.tags.delete(batch, key.arn());
          registries.schemas.scan(
              (schema, described) -> {
                registries.remove(batch, schema);
                return true;
              },
              key.account(),
              key.region(),
              key.name());
          catalog.store.commit(batch);
          return gone;
        });
    return DeleteRegistryResponse.builder()
        .registryName(key.name())
        .registryArn(key.arn())
        .status(RegistryStatus.DELETING)
        .build();
  }
}
