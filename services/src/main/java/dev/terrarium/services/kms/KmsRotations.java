package dev.terrarium.services.kms;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Page;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import dev.terrarium.services.kms.KeyRecord.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.kms.model.DisableKeyRotationRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyRotationResponse;
import software.amazon.awssdk.services.kms.model.EnableKeyRotationRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRotationResponse;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusRequest;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusResponse;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.ListKeyRotationsRequest;
import software.amazon.awssdk.services.kms.model.ListKeyRotationsResponse;
import software.amazon.awssdk.services.kms.model.RotateKeyOnDemandRequest;
import software.amazon.awssdk.services.kms.model.RotateKeyOnDemandResponse;
import software.amazon.awssdk.services.kms.model.RotationsListEntry;

/// Gives keys new material, every so many days or at once. Old material stays to decrypt.
final class KmsRotations extends KmsPart {
  private static final String HANDLER = "kms.rotate";
  private static final int PERIOD_DAYS = 365;
  private static final int ON_DEMAND_MAX = 25;

  KmsRotations(Keys keys) {
    super(keys);
  }

  void start() {
    keys.cloud.timers().handle(HANDLER, timer -> rotateDue(KeyRef.ofPath(timer.id())));
  }

  /// Has a key rotated at that moment, if rotation is still on then.
  static void schedule(Cloud cloud, Batch batch, KeyRef ref, Instant due) {
    cloud.timers().schedule(batch, new Timer(due, HANDLER, ref.path()));
  }

  private static void checkRotatable(KeyRecord key, boolean imported) {
    if (!key.isSymmetric()) {
      throw KmsErrors.unsupported("");
    }
    if (key.isExternal() && !imported) {
      throw KmsErrors.unsupported(
          key.arn() + " origin is EXTERNAL which is not valid for this operation.");
    }
  }

  private static void checkPrimary(KeyRecord key) {
    if (key.isMultiRegion() && !KmsReplicas.isPrimary(key)) {
      throw KmsErrors.unsupported(key.arn() + " is a multi-Region replica key.");
    }
  }

  @Override
  public EnableKeyRotationResponse enableKeyRotation(EnableKeyRotationRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .range("rotationPeriodInDays", request.rotationPeriodInDays(), 90, 2560)
        .check();
    var key = keys.named(request.keyId());
    KmsLifecycle.checkOwn(key, "EnableKeyRotation");
    Keys.checkUsable(key);
    checkRotatable(key, false);
    checkPrimary(key);
    var batch = new Batch();
    keys.change(
        key.ref(),
        batch,
        now -> {
          var asked = request.rotationPeriodInDays();
          var enabled = now.rotation().enabled();
          if (enabled && asked == null) {
            return now;
          }
          var days = asked == null ? PERIOD_DAYS : asked;
          var next = keys.cloud.clock().now().plus(Duration.ofDays(days));
          schedule(keys.cloud, batch, now.ref(), next);
          return now.withRotation(new Rotation(true, days, next));
        });
    return EnableKeyRotationResponse.builder().build();
  }

  @Override
  public DisableKeyRotationResponse disableKeyRotation(DisableKeyRotationRequest request) {
    new KmsConstraints().key(request.keyId()).check();
    var key = keys.named(request.keyId());
    KmsLifecycle.checkOwn(key, "DisableKeyRotation");
    Keys.checkUsable(key);
    checkRotatable(key, false);
    checkPrimary(key);
    keys.change(
        key.ref(), now -> now.withRotation(new Rotation(false, now.rotation().periodDays(), null)));
    return DisableKeyRotationResponse.builder().build();
  }

  @Override
  public GetKeyRotationStatusResponse getKeyRotationStatus(GetKeyRotationStatusRequest request) {
    new KmsConstraints().key(request.keyId()).check();
    // Of keys that cannot be rotated it is always off.
    var key = keys.named(request.keyId());
    var primary = key.isMultiRegion() ? keys.find(KmsReplicas.primary(key)) : key;
    var rotation = primary == null ? Rotation.OFF : primary.rotation();
    var pending = key.state() == KeyState.PENDING_DELETION;
    var on = rotation.enabled() && !pending;
    return GetKeyRotationStatusResponse.builder()
        .keyId(key.ref().id())
        .keyRotationEnabled(on)
        .rotationPeriodInDays(on ? rotation.periodDays() : null)
        .nextRotationDate(on ? rotation.next() : null)
        .build();
  }

  @Override
  public RotateKeyOnDemandResponse rotateKeyOnDemand(RotateKeyOnDemandRequest request) {
    new KmsConstraints().key(request.keyId()).check();
    var key = keys.named(request.keyId());
    KmsLifecycle.checkOwn(key, "RotateKeyOnDemand");
    Keys.checkUsable(key);
    checkRotatable(key, true);
    checkPrimary(key);
    var before = key.materials().stream().filter(m -> m.rotation().equals("ON_DEMAND")).count();
    if (before >= ON_DEMAND_MAX) {
      throw KmsErrors.limit(
          "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: "
              + key.arn());
    }
    if (key.isExternal()) {
      var waiting = waiting(key);
      if (waiting.isEmpty()) {
        throw KmsErrors.state(
            "No available key material pending rotation for the key: " + key.arn() + ".");
      }
      var now = keys.cloud.clock().now();
      var id = waiting.get().id();
      keys.change(
          key.ref(),
          current -> {
            var rotated = current.change(id, m -> m.rotated(now, "ON_DEMAND"));
            return rotated.withMaterials(id, rotated.materials());
          });
    } else {
      rotate(key, "ON_DEMAND");
    }
    return RotateKeyOnDemandResponse.builder().keyId(key.ref().id()).build();
  }

  /// The imported material that the next rotation takes.
  private static Optional<Material> waiting(KeyRecord key) {
    return key.materials().stream()
        .filter(m -> KmsImports.isWaiting(key, m) && m.isThere())
        .findFirst();
  }

  private void rotateDue(KeyRef ref) {
    var key = keys.find(ref);
    var now = keys.cloud.clock().now();
    if (key == null || key.state() != KeyState.ENABLED || !key.rotation().enabled()) {
      return;
    }
    if (Objects.requireNonNull(key.rotation().next()).isAfter(now)) {
      return; // Changed since; another timer will come.
    }
    rotate(key, "AUTOMATIC");
    var batch = new Batch();
    keys.change(
        ref,
        batch,
        current -> {
          var days = current.rotation().periodDays();
          var next = now.plus(Duration.ofDays(days));
          schedule(keys.cloud, batch, ref, next);
          return current.withRotation(new Rotation(true, days, next));
        });
  }

  private void rotate(KeyRecord key, String type) {
    var fresh = KmsKeys.material(keys, key.spec()).rotated(keys.cloud.clock().now(), type);
    for (var ref : KmsReplicas.family(key)) {
      if (keys.find(ref) != null) {
        var batch = new Batch();
        keys.tell(batch, ref, "KMS CMK Rotation");
        keys.change(
            ref,
            batch,
            now -> {
              var materials = new ArrayList<>(now.materials());
              materials.add(fresh);
              return now.withMaterials(fresh.id(), materials);
            });
      }
    }
  }

  @Override
  public ListKeyRotationsResponse listKeyRotations(ListKeyRotationsRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .oneOf(
            "includeKeyMaterial",
            request.includeKeyMaterialAsString(),
            "ALL_KEY_MATERIAL",
            "ROTATIONS_ONLY")
        .page(request.limit(), request.marker())
        .check();
    var key = keys.named(request.keyId());
    checkRotatable(key, true);
    var all = "ALL_KEY_MATERIAL".equals(request.includeKeyMaterialAsString());
    var shown = new ArrayList<RotationsListEntry>();
    List<Material> materials = key.materials();
    for (var material : materials) {
      if (all || material.since() != null) {
        shown.add(entry(key, material));
      }
    }
    var max = request.limit() == null ? 100 : request.limit();
    var marker = Pages.behind(request.marker());
    var from =
        marker.isEmpty()
            ? 0
            : shown.stream().map(RotationsListEntry::keyMaterialId).toList().indexOf(marker) + 1;
    var to = Math.min(shown.size(), from + max);
    var more = to < shown.size();
    return ListKeyRotationsResponse.builder()
        .rotations(shown.subList(from, to))
        .truncated(more)
        .nextMarker(more ? Page.token(shown.get(to - 1).keyMaterialId()) : null)
        .build();
  }

  private static RotationsListEntry entry(KeyRecord key, Material material) {
    var state =
        material.id().equals(key.current())
            ? "CURRENT"
            : KmsImports.isWaiting(key, material) ? "PENDING_ROTATION" : "NON_CURRENT";
    var builder =
        RotationsListEntry.builder()
            .keyId(key.ref().id())
            .keyMaterialId(material.id())
            .keyMaterialState(state)
            .rotationDate(material.since())
            .rotationType(material.rotation().isEmpty() ? null : material.rotation());
    if (key.isExternal()) {
      builder
          .keyMaterialDescription(material.description().isEmpty() ? null : material.description())
          .importState(material.isThere() ? "IMPORTED" : "PENDING_IMPORT");
      if (material.isThere()) {
        builder
            .expirationModel(
                material.validTo() == null
                    ? "KEY_MATERIAL_DOES_NOT_EXPIRE"
                    : "KEY_MATERIAL_EXPIRES")
            .validTo(material.validTo());
      }
    }
    return builder.build();
  }
}
