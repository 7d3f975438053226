package dev.terrarium.services.kms;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Page;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyResponse;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyListEntry;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.ListKeysRequest;
import software.amazon.awssdk.services.kms.model.ListKeysResponse;
import software.amazon.awssdk.services.kms.model.MultiRegionConfiguration;
import software.amazon.awssdk.services.kms.model.MultiRegionKey;
import software.amazon.awssdk.services.kms.model.MultiRegionKeyType;
import software.amazon.awssdk.services.kms.model.OriginType;
import software.amazon.awssdk.services.kms.model.UpdateKeyDescriptionRequest;
import software.amazon.awssdk.services.kms.model.UpdateKeyDescriptionResponse;

/// Makes keys and tells of them.
final class KmsKeys extends KmsPart {
  private static final Set<String> OLDER_ONLY = Set.of("SM2");

  KmsKeys(Keys keys) {
    super(keys);
  }

  @Override
  public CreateKeyResponse createKey(CreateKeyRequest request) {
    var spec = spec(request);
    var usage = usage(request, spec);
    var origin = request.originAsString() == null ? "AWS_KMS" : request.originAsString();
    if (origin.equals("AWS_CLOUDHSM")
        || origin.equals("EXTERNAL_KEY_STORE")
        || request.customKeyStoreId() != null) {
      throw KmsErrors.missing("custom key stores");
    }
    var external = origin.equals("EXTERNAL");
    if (external && (spec.isMlDsa() || spec == KeySpecs.ECC_NIST_EDWARDS25519)) {
      throw KmsErrors.unsupported("Key material of " + spec + " keys cannot be imported.");
    }
    var tags = KmsTags.of(request.tags());
    var policy =
        KmsPolicies.ofNewKey(keys, request.policy(), request.bypassPolicyLockoutSafetyCheck());
    var multi = Boolean.TRUE.equals(request.multiRegion());
    var ids = keys.cloud.ids();
    var ref = KeyRef.of(Call.current().scope(), multi ? "mrk-" + ids.hex(32) : ids.uuid());
    var description = request.description() == null ? "" : request.description();
    var key =
        new NewKey(ref, spec, usage, origin, keys.cloud.clock().now())
            .record(description, policy, tags);
    if (multi) {
      key = key.with(metadata -> metadata.multiRegion(true).multiRegionConfiguration(alone(ref)));
    }
    if (!external) {
      var material = material(keys, spec);
      key = key.withMaterials(material.id(), List.of(material));
    }
    keys.create(new Batch(), key);
    return CreateKeyResponse.builder().keyMetadata(key.metadata()).build();
  }

  private static MultiRegionConfiguration alone(KeyRef ref) {
    return MultiRegionConfiguration.builder()
        .multiRegionKeyType(MultiRegionKeyType.PRIMARY)
        .primaryKey(MultiRegionKey.builder().arn(ref.arn()).region(ref.region()).build())
        .replicaKeys(List.of())
        .build();
  }

  /// New material of a kind.
  static Material material(Keys keys, KeySpecs spec) {
    var ids = keys.cloud.ids();
    if (!spec.isAsymmetric()) {
      return Material.of(ids.hex(64), ids.bytes(spec.bits / 8), new byte[0]);
    }
    var pair = KeyPairs.make(spec);
    return Material.of(ids.hex(64), pair.secret(), pair.open());
  }

  @SuppressWarnings("deprecation")
  private static KeySpecs spec(CreateKeyRequest request) {
    var specs = names(KeySpec.knownValues(), Set.of());
    new KmsConstraints()
        .length("policy", request.policy(), 1, 131_072)
        .length("description", request.description(), 0, 8192)
        .oneOf("keyUsage", request.keyUsageAsString(), names(KeyUsageType.knownValues(), Set.of()))
        .oneOf("customerMasterKeySpec", request.customerMasterKeySpecAsString(), specs)
        .oneOf("keySpec", request.keySpecAsString(), specs)
        .oneOf("origin", request.originAsString(), names(OriginType.knownValues(), Set.of()))
        .check();
    var older = request.customerMasterKeySpecAsString();
    var name = request.keySpecAsString();
    if (older != null && name != null) {
      throw KmsErrors.validation(
          "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.");
    }
    name = name == null ? older : name;
    if (name == null) {
      return KeySpecs.SYMMETRIC_DEFAULT;
    }
    if (OLDER_ONLY.contains(name)) {
      throw KmsErrors.unsupported("KeySpec SM2 is only supported in China Regions.");
    }
    return KeySpecs.of(name);
  }

  private static String usage(CreateKeyRequest request, KeySpecs spec) {
    var usage = request.keyUsageAsString();
    if (usage == null) {
      if (spec != KeySpecs.SYMMETRIC_DEFAULT) {
        throw KmsErrors.validation(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
      }
      return "ENCRYPT_DECRYPT";
    }
    if (!spec.usages().contains(usage)) {
      throw KmsErrors.validation(
          "KeyUsage " + usage + " is not compatible with KeySpec " + spec.name());
    }
    return usage;
  }

  static String[] names(Set<? extends Enum<?>> values, Set<String> but) {
    return new java.util.TreeSet<>(values.stream().map(Object::toString).toList())
        .stream().filter(name -> !but.contains(name)).toArray(String[]::new);
  }

  @Override
  public DescribeKeyResponse describeKey(DescribeKeyRequest request) {
    new KmsConstraints().key(request.keyId()).tokens(request.grantTokens()).check();
    var key = keys.known(request.keyId());
    return DescribeKeyResponse.builder().keyMetadata(key.metadata()).build();
  }

  @Override
  public ListKeysResponse listKeys(ListKeysRequest request) {
    new KmsConstraints().page(request.limit(), request.marker()).check();
    var max = request.limit() == null ? 100 : request.limit();
    var found = new ArrayList<KeyListEntry>();
    keys.scanAfter(
        Call.current().scope(),
        Pages.behind(request.marker()),
        key -> {
          found.add(KeyListEntry.builder().keyId(key.ref().id()).keyArn(key.arn()).build());
          return found.size() <= max;
        });
    var more = found.size() > max;
    var shown = more ? found.subList(0, max) : found;
    return ListKeysResponse.builder()
        .keys(shown)
        .truncated(more)
        .nextMarker(more ? Page.token(shown.getLast().keyId()) : null)
        .build();
  }

  @Override
  public UpdateKeyDescriptionResponse updateKeyDescription(UpdateKeyDescriptionRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .required("description", request.description())
        .length("description", request.description(), 0, 8192)
        .check();
    var key = keys.named(request.keyId());
    KmsLifecycle.checkOwn(key, "UpdateKeyDescription");
    keys.change(
        key.ref(),
        now -> {
          Keys.checkNotPending(now);
          return now.with(metadata -> metadata.description(request.description()));
        });
    return UpdateKeyDescriptionResponse.builder().build();
  }
}
