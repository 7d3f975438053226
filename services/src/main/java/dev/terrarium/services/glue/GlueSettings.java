package dev.terrarium.services.glue;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.services.glue.CatalogKeys.DatabaseKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.CatalogEncryptionMode;
import software.amazon.awssdk.services.glue.model.DataCatalogEncryptionSettings;
import software.amazon.awssdk.services.glue.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.glue.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.glue.model.GetCatalogImportStatusRequest;
import software.amazon.awssdk.services.glue.model.GetCatalogImportStatusResponse;
import software.amazon.awssdk.services.glue.model.GetDataCatalogEncryptionSettingsRequest;
import software.amazon.awssdk.services.glue.model.GetDataCatalogEncryptionSettingsResponse;
import software.amazon.awssdk.services.glue.model.GetResourcePoliciesRequest;
import software.amazon.awssdk.services.glue.model.GetResourcePoliciesResponse;
import software.amazon.awssdk.services.glue.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.glue.model.GetResourcePolicyResponse;
import software.amazon.awssdk.services.glue.model.GluePolicy;
import software.amazon.awssdk.services.glue.model.PutDataCatalogEncryptionSettingsRequest;
import software.amazon.awssdk.services.glue.model.PutDataCatalogEncryptionSettingsResponse;
import software.amazon.awssdk.services.glue.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.glue.model.PutResourcePolicyResponse;

/// What is set for a whole catalog: its policy, and how it is encrypted.
final class GlueSettings extends GluePart {
  private static final Pattern ARN =
      Pattern.compile("arn:[^:]+:glue:([^:]*):(\\d{12}):(catalog|database/.+|table/.+)");

  GlueSettings(Catalog catalog) {
    super(catalog);
  }

  private DatabaseKey catalogKey(@Nullable String catalogId) {
    return new DatabaseKey(Catalog.account(catalogId), Call.current().region(), "");
  }

  /// The catalog that a request about policies names, or the caller's.
  private DatabaseKey policyKey(@Nullable String arn) {
    if (arn == null) {
      return catalogKey(null);
    }
    var matcher = ARN.matcher(arn);
    if (!matcher.matches()) {
      throw GlueErrors.invalid("Invalid resource ARN: " + arn);
    }
    var name = matcher.group(3).equals("catalog") ? "" : matcher.group(3);
    return new DatabaseKey(matcher.group(2), matcher.group(1), name);
  }

  private static String hash(String policy) {
    try {
      var digest = MessageDigest.getInstance("MD5").digest(policy.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public PutResourcePolicyResponse putResourcePolicy(PutResourcePolicyRequest request) {
    new GlueConstraints()
        .required("policyInJson", request.policyInJson())
        .length("policyInJson", request.policyInJson(), 2, 10240)
        .oneOf(
            "policyExistsCondition",
            request.policyExistsConditionAsString(),
            "MUST_EXIST",
            "NOT_EXIST",
            "NONE")
        .check();
    var policy = request.policyInJson();
    try {
      if (!Json.parse(policy).has("Statement")) {
        throw GlueErrors.invalid("Policy has no statement");
      }
    } catch (IllegalArgumentException e) {
      throw GlueErrors.invalid("Policy is not valid JSON");
    }
    var key = policyKey(request.resourceArn());
    catalog.with(
        key,
        () -> {
          var before = catalog.policies.get(key);
          var condition = request.policyExistsConditionAsString();
          if ("MUST_EXIST".equals(condition) && before == null) {
            throw GlueErrors.notFound("Policy not found");
          }
          if ("NOT_EXIST".equals(condition) && before != null) {
            throw GlueErrors.condition("Policy already exists");
          }
          checkHash(request.policyHashCondition(), before);
          var now = catalog.cloud.clock().now();
          catalog.policies.put(
              key,
              GluePolicy.builder()
                  .policyInJson(policy)
                  .policyHash(hash(policy))
                  .createTime(before == null ? now : before.createTime())
                  .updateTime(now)
                  .build());
          return key;
        });
    return PutResourcePolicyResponse.builder().policyHash(hash(policy)).build();
  }

  private static void checkHash(@Nullable String condition, @Nullable GluePolicy before) {
    if (condition != null && (before == null || !condition.equals(before.policyHash()))) {
      throw GlueErrors.condition("Policy hash does not match");
    }
  }

  @Override
  public GetResourcePolicyResponse getResourcePolicy(GetResourcePolicyRequest request) {
    var found = catalog.policies.get(policyKey(request.resourceArn()));
    if (found == null) {
      throw GlueErrors.notFound("Policy not found");
    }
    return Pojos.copy(found, GetResourcePolicyResponse.builder()).build();
  }

  @Override
  public GetResourcePoliciesResponse getResourcePolicies(GetResourcePoliciesRequest request) {
    new GlueConstraints().page(request.maxResults(), 1000).check();
    var call = Call.current();
    var page =
        Pages.of(
            catalog.policies.list(call.account(), call.region()),
            GluePolicy::policyHash,
            request.maxResults(),
            1000,
            null);
    return GetResourcePoliciesResponse.builder()
        .getResourcePoliciesResponseList(page.items())
        .build();
  }

  @Override
  public DeleteResourcePolicyResponse deleteResourcePolicy(DeleteResourcePolicyRequest request) {
    var key = policyKey(request.resourceArn());
    catalog.with(
        key,
        () -> {
          var before = catalog.policies.get(key);
          if (before == null) {
            throw GlueErrors.notFound("Policy not found");
          }
          checkHash(request.policyHashCondition(), before);
          catalog.policies.delete(key);
          return before;
        });
    return DeleteResourcePolicyResponse.builder().build();
  }

  @Override
  public GetDataCatalogEncryptionSettingsResponse getDataCatalogEncryptionSettings(
      GetDataCatalogEncryptionSettingsRequest request) {
    var found = catalog.encryption.get(catalogKey(request.catalogId()));
    var settings =
        found == null
            ? DataCatalogEncryptionSettings.builder()
                .encryptionAtRest(e -> e.catalogEncryptionMode(CatalogEncryptionMode.DISABLED))
                .connectionPasswordEncryption(c -> c.returnConnectionPasswordEncrypted(false))
                .build()
            : found;
    return GetDataCatalogEncryptionSettingsResponse.builder()
        .dataCatalogEncryptionSettings(settings)
        .build();
  }

  @Override
  public PutDataCatalogEncryptionSettingsResponse putDataCatalogEncryptionSettings(
      PutDataCatalogEncryptionSettingsRequest request) {
    var settings = request.dataCatalogEncryptionSettings();
    new GlueConstraints().required("dataCatalogEncryptionSettings", settings).check();
    catalog.encryption.put(catalogKey(request.catalogId()), settings);
    return PutDataCatalogEncryptionSettingsResponse.builder().build();
  }

  /// There never was a catalog of Athena's own, so nothing is left to be imported.
  @Override
  public GetCatalogImportStatusResponse getCatalogImportStatus(
      GetCatalogImportStatusRequest request) {
    return GetCatalogImportStatusResponse.builder()
        .importStatus(s -> s.importCompleted(true))
        .build();
  }
}
