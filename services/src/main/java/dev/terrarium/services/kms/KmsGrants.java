package dev.terrarium.services.kms;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.kms.Grants.GrantKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;
import software.amazon.awssdk.services.kms.model.CreateGrantResponse;
import software.amazon.awssdk.services.kms.model.GrantListEntry;
import software.amazon.awssdk.services.kms.model.GrantOperation;
import software.amazon.awssdk.services.kms.model.ListGrantsRequest;
import software.amazon.awssdk.services.kms.model.ListGrantsResponse;
import software.amazon.awssdk.services.kms.model.ListRetirableGrantsRequest;
import software.amazon.awssdk.services.kms.model.ListRetirableGrantsResponse;
import software.amazon.awssdk.services.kms.model.RetireGrantRequest;
import software.amazon.awssdk.services.kms.model.RetireGrantResponse;
import software.amazon.awssdk.services.kms.model.RevokeGrantRequest;
import software.amazon.awssdk.services.kms.model.RevokeGrantResponse;

/// Makes grants and takes them back.
final class KmsGrants extends KmsPart {
  private static final Pattern PRINCIPAL = Pattern.compile("^[\\w+=,.@:/-]+$");
  private static final Pattern NAME = Pattern.compile("^[a-zA-Z0-9:/_-]+$");
  private static final int PER_KEY_MAX = 50_000;

  KmsGrants(Keys keys) {
    super(keys);
  }

  @Override
  public CreateGrantResponse createGrant(CreateGrantRequest request) {
    var constraints =
        new KmsConstraints()
            .key(request.keyId())
            .required("granteePrincipal", request.granteePrincipal())
            .length("granteePrincipal", request.granteePrincipal(), 1, 256)
            .pattern("granteePrincipal", request.granteePrincipal(), PRINCIPAL)
            .length("retiringPrincipal", request.retiringPrincipal(), 1, 256)
            .pattern("retiringPrincipal", request.retiringPrincipal(), PRINCIPAL)
            .present("operations", request.hasOperations())
            .tokens(request.grantTokens())
            .length("name", request.name(), 1, 256)
            .pattern("name", request.name(), NAME);
    var names = KmsKeys.names(GrantOperation.knownValues(), Set.of());
    for (var operation : request.operationsAsStrings()) {
      if (!List.of(names).contains(operation)) {
        constraints.refuse(
            request.operationsAsStrings(),
            "operations",
            "Member must satisfy constraint: [Member must satisfy enum value set: ["
                + String.join(", ", names)
                + "]]");
      }
    }
    constraints.check();
    checkPrincipal(request.granteePrincipal());
    checkPrincipal(request.retiringPrincipal());
    var key = keys.named(request.keyId());
    Keys.checkUsable(key);
    checkOperations(request, key);
    KmsEncryption.endDryRun(request.dryRun());
    return made(request, key);
  }

  private CreateGrantResponse made(CreateGrantRequest request, KeyRecord key) {
    var ref = key.ref();
    var id = new String[1];
    keys.change(
        ref,
        now -> {
          var there = keys.grants.of(ref);
          var same =
              there.stream().filter(grant -> isSame(grant, request)).findFirst().orElse(null);
          if (same != null) {
            id[0] = same.grantId();
            return now;
          }
          if (there.size() >= PER_KEY_MAX) {
            throw KmsErrors.limit("The grant quota of the key was exceeded.");
          }
          id[0] = keys.cloud.ids().hex(64);
          keys.grants.stored.put(new GrantKey(ref, id[0]), entry(request, key, id[0]));
          return now;
        });
    return CreateGrantResponse.builder()
        .grantId(id[0])
        .grantToken(new GrantKey(ref, id[0]).token())
        .build();
  }

  private GrantListEntry entry(CreateGrantRequest request, KeyRecord key, String id) {
    var account = Call.current().principal().account();
    var builder =
        GrantListEntry.builder()
            .keyId(key.arn())
            .grantId(id)
            .name(request.name() == null ? "" : request.name())
            .creationDate(keys.cloud.clock().now())
            .granteePrincipal(request.granteePrincipal())
            .retiringPrincipal(request.retiringPrincipal())
            .issuingAccount("arn:" + key.ref().scope().partition() + ":iam::" + account + ":root")
            .operationsWithStrings(request.operationsAsStrings());
    if (request.constraints() != null) {
      builder.constraints(request.constraints());
    }
    return builder.build();
  }

  /// A grant with a name is made once.
  private static boolean isSame(GrantListEntry grant, CreateGrantRequest request) {
    return request.name() != null
        && request.name().equals(grant.name())
        && request.granteePrincipal().equals(grant.granteePrincipal())
        && java.util.Objects.equals(request.retiringPrincipal(), grant.retiringPrincipal())
        && java.util.Objects.equals(request.constraints(), grant.constraints())
        && Set.copyOf(request.operationsAsStrings())
            .equals(Set.copyOf(grant.operationsAsStrings()));
  }

  private static void checkPrincipal(@org.jspecify.annotations.Nullable String principal) {
    if (principal != null
        && !principal.matches("\\d{12}")
        && !principal.endsWith(".amazonaws.com")
        && Arn.of(principal).filter(arn -> arn.service().matches("iam|sts")).isEmpty()) {
      throw KmsErrors.invalidArn("ARN does not refer to a valid principal: " + principal);
    }
  }

  private static void checkOperations(CreateGrantRequest request, KeyRecord key) {
    var usage = key.metadata().keyUsageAsString();
    for (var operation : request.operationsAsStrings()) {
      var fits =
          switch (operation) {
            case "Sign", "Verify" -> usage.equals("SIGN_VERIFY");
            case "GenerateMac", "VerifyMac" -> usage.equals("GENERATE_VERIFY_MAC");
            case "DeriveSharedSecret" -> usage.equals("KEY_AGREEMENT");
            case "GetPublicKey" -> key.spec().isAsymmetric();
            case "CreateGrant", "RetireGrant", "DescribeKey" -> true;
            case "Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo" ->
                usage.equals("ENCRYPT_DECRYPT");
            default -> key.isSymmetric();
          };
      if (!fits) {
        throw KmsErrors.validation(
            "The grant operation " + operation + " is not valid for the key " + key.arn());
      }
    }
  }

  @Override
  public ListGrantsResponse listGrants(ListGrantsRequest request) {
    new KmsConstraints()
        .page(request.limit(), request.marker())
        .key(request.keyId())
        .length("grantId", request.grantId(), 1, 128)
        .length("granteePrincipal", request.granteePrincipal(), 1, 256)
        .check();
    var key = keys.named(request.keyId());
    var found =
        keys.grants.of(key.ref()).stream()
            .filter(g -> request.grantId() == null || request.grantId().equals(g.grantId()))
            .filter(g ->
                request.granteePrincipal() == null
                    || request.granteePrincipal().equals(g.granteePrincipal()))
            .toList();
    var max = request.limit() == null ? Integer.valueOf(50) : request.limit();
    var page = Pages.of(found, GrantListEntry::grantId, max, request.marker());
    return ListGrantsResponse.builder()
        .grants(page.items())
        .truncated(page.truncated())
        .nextMarker(page.token())
        .build();
  }

  @Override
  public ListRetirableGrantsResponse listRetirableGrants(ListRetirableGrantsRequest request) {
    new KmsConstraints()
        .page(request.limit(), request.marker())
        .required("retiringPrincipal", request.retiringPrincipal())
        .length("retiringPrincipal", request.retiringPrincipal(), 1, 256)
        .pattern("retiringPrincipal", request.retiringPrincipal(), PRINCIPAL)
        .check();
    var call = Call.current();
    var found = new ArrayList<GrantListEntry>();
    keys.grants.stored.scan(
        (key, grant) -> {
          if (request.retiringPrincipal().equals(grant.retiringPrincipal())) {
            found.add(grant);
          }
          return true;
        },
        call.account(),
        call.region());
    found.sort(java.util.Comparator.comparing(GrantListEntry::grantId));
    var max = request.limit() == null ? Integer.valueOf(50) : request.limit();
    var page = Pages.of(found, GrantListEntry::grantId, max, request.marker());
    return ListRetirableGrantsResponse.builder()
        .grants(page.items())
        .truncated(page.truncated())
        .nextMarker(page.token())
        .build();
  }

  @Override
  public RetireGrantResponse retireGrant(RetireGrantRequest request) {
    new KmsConstraints()
        .length("grantToken", request.grantToken(), 1, 8192)
        .length("keyId", request.keyId(), 1, 2048)
        .length("grantId", request.grantId(), 1, 128)
        .check();
    var named = request.keyId() != null && request.grantId() != null;
    if (request.grantToken() == null && !named) {
      throw KmsErrors.validation("Must specify either grant token or key ID and grant ID");
    }
    GrantKey grant;
    if (request.grantToken() != null) {
      grant = GrantKey.ofToken(request.grantToken()).orElseThrow(KmsErrors::grantToken);
    } else {
      grant = new GrantKey(keys.named(request.keyId()).ref(), request.grantId());
    }
    remove(grant, request.dryRun());
    return RetireGrantResponse.builder().build();
  }

  @Override
  public RevokeGrantResponse revokeGrant(RevokeGrantRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .required("grantId", request.grantId())
        .length("grantId", request.grantId(), 1, 128)
        .check();
    var key = keys.named(request.keyId());
    remove(new GrantKey(key.ref(), request.grantId()), request.dryRun());
    return RevokeGrantResponse.builder().build();
  }

  private void remove(GrantKey grant, @org.jspecify.annotations.Nullable Boolean dryRun) {
    if (!keys.grants.stored.contains(grant)) {
      throw KmsErrors.notFound("Grant ID " + grant.id() + " not found");
    }
    KmsEncryption.endDryRun(Boolean.TRUE.equals(dryRun));
    var batch = new Batch();
    keys.grants.stored.delete(batch, grant);
    keys.cloud.store().commit(batch);
  }
}
