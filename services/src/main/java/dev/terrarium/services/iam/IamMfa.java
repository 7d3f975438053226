package dev.terrarium.services.iam;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.model.*;

/// Virtual MFA devices. Hardware ones cannot be, for nobody here knows their secrets.
final class IamMfa implements IamPart {
  private static final int DEVICES_MAX = 8;
  private static final int SEED_LENGTH = 64;

  private final IamStore store;
  private final Shelf<VirtualMFADevice> devices;

  IamMfa(IamStore store) {
    this.store = store;
    this.devices = new Shelf<>(store, "mfa", VirtualMFADevice::builder);
  }

  private VirtualMFADevice existing(@Nullable String serialNumber) {
    var serial = Check.required(serialNumber, "serialNumber");
    Check.length(serial, "serialNumber", 9, 256);
    var device = devices.get(serial);
    if (device == null) {
      throw IamErrors.noSuchEntity(
          "VirtualMFADevice with serial number " + serial + " doesn't exist.");
    }
    return device;
  }

  @Override
  public CreateVirtualMfaDeviceResponse createVirtualMFADevice(
      CreateVirtualMfaDeviceRequest request) {
    var name = Check.name(request.virtualMFADeviceName(), "virtualMFADeviceName", 226);
    var path = Check.path(request.path());
    var serial = IamStore.arn("mfa", path, name);
    var seed = store.cloud.ids().base32(SEED_LENGTH);
    var device =
        VirtualMFADevice.builder()
            .serialNumber(serial)
            .base32StringSeed(SdkBytes.fromUtf8String(seed))
            .tags(Check.tags(request.tags()))
            .build();
    store.change(batch -> {
      if (devices.get(serial) != null) {
        throw IamErrors.alreadyExists("MFADevice entity at the same path and name already exists.");
      }
      devices.put(batch, serial, device);
      return device;
    });
    return CreateVirtualMfaDeviceResponse.builder().virtualMFADevice(device).build();
  }

  private void checkCodes(VirtualMFADevice device, @Nullable String one, @Nullable String two) {
    var first = Check.required(one, "authenticationCode1");
    var second = Check.required(two, "authenticationCode2");
    var seed = device.base32StringSeed().asUtf8String();
    if (!Totp.matches(seed, first, second, store.cloud.clock().millis())) {
      throw invalidCode();
    }
  }

  private static AwsServiceException invalidCode() {
    return Errors.of(
        InvalidAuthenticationCodeException.builder(),
        403,
        "InvalidAuthenticationCode",
        "Authentication code for device is not valid.");
  }

  @Override
  public EnableMfaDeviceResponse enableMFADevice(EnableMfaDeviceRequest request) {
    var user = store.existingUser(Check.name(request.userName(), "userName", 128));
    store.change(batch -> {
      var device = existing(request.serialNumber());
      if (device.user() != null) {
        throw IamErrors.alreadyExists(
            "MFA Device " + device.serialNumber() + " is already assigned to a user.");
      } else if (of(user.userName()).size() >= DEVICES_MAX) {
        throw IamErrors.limitExceeded("MFADevicesPerUser", DEVICES_MAX);
      }
      checkCodes(device, request.authenticationCode1(), request.authenticationCode2());
      devices.put(
          batch,
          device.serialNumber(),
          device.toBuilder().user(user).enableDate(store.now()).build());
      return device;
    });
    return EnableMfaDeviceResponse.builder().build();
  }

  /// The devices of a user.
  List<VirtualMFADevice> of(String userName) {
    return devices.list("").stream()
        .filter(
            device -> device.user() != null && device.user().userName().equalsIgnoreCase(userName))
        .toList();
  }

  private VirtualMFADevice assigned(@Nullable String userName, @Nullable String serial) {
    var user = store.existingUser(Check.name(userName, "userName", 128));
    var device = existing(serial);
    if (device.user() == null || !device.user().userName().equals(user.userName())) {
      throw IamErrors.noSuchEntity(
          "Device with serial number " + serial + " is not assigned to the user.");
    }
    return device;
  }

  @Override
  public DeactivateMfaDeviceResponse deactivateMFADevice(DeactivateMfaDeviceRequest request) {
    store.change(batch -> {
      var device = assigned(request.userName(), request.serialNumber());
      devices.put(
          batch,
          device.serialNumber(),
          device.toBuilder().user((User) null).enableDate(null).build());
      return device;
    });
    return DeactivateMfaDeviceResponse.builder().build();
  }

  @Override
  public ResyncMfaDeviceResponse resyncMFADevice(ResyncMfaDeviceRequest request) {
    checkCodes(
        assigned(request.userName(), request.serialNumber()),
        request.authenticationCode1(),
        request.authenticationCode2());
    return ResyncMfaDeviceResponse.builder().build();
  }

  @Override
  public DeleteVirtualMfaDeviceResponse deleteVirtualMFADevice(
      DeleteVirtualMfaDeviceRequest request) {
    store.change(batch -> {
      var device = existing(request.serialNumber());
      if (device.user() != null) {
        throw IamErrors.deleteConflict("MFA VirtualDevice in use. Must deactivate first.");
      }
      devices.delete(batch, device.serialNumber());
      return device;
    });
    return DeleteVirtualMfaDeviceResponse.builder().build();
  }

  @Override
  public ListVirtualMfaDevicesResponse listVirtualMFADevices(ListVirtualMfaDevicesRequest request) {
    var wanted = request.assignmentStatus();
    var all =
        devices.list("").stream()
            .filter(device ->
                wanted == null
                    || wanted == AssignmentStatusType.ANY
                    || wanted == AssignmentStatusType.ASSIGNED == (device.user() != null))
            .map(device -> device.toBuilder().base32StringSeed(null).tags(List.of()).build())
            .sorted(Comparator.comparing(VirtualMFADevice::serialNumber))
            .toList();
    var page = Paging.of(all, VirtualMFADevice::serialNumber, request.marker(), request.maxItems());
    return ListVirtualMfaDevicesResponse.builder()
        .virtualMFADevices(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public ListMfaDevicesResponse listMFADevices(ListMfaDevicesRequest request) {
    var name = request.userName() == null ? callerName() : request.userName();
    var user = store.existingUser(Check.name(name, "userName", 128));
    var all =
        of(user.userName()).stream()
            .map(device ->
                MFADevice.builder()
                    .userName(user.userName())
                    .serialNumber(device.serialNumber())
                    .enableDate(device.enableDate())
                    .build())
            .toList();
    var page = Paging.of(all, MFADevice::serialNumber, request.marker(), request.maxItems());
    return ListMfaDevicesResponse.builder()
        .mfaDevices(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  private static String callerName() {
    var arn = Call.current().principal().arn();
    if (!arn.contains(":user/")) {
      throw IamErrors.validation("Must specify userName when calling with non-User credentials");
    }
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  @Override
  public GetMfaDeviceResponse getMFADevice(GetMfaDeviceRequest request) {
    var device =
        request.userName() == null
            ? existing(request.serialNumber())
            : assigned(request.userName(), request.serialNumber());
    return GetMfaDeviceResponse.builder()
        .userName(device.user() == null ? null : device.user().userName())
        .serialNumber(device.serialNumber())
        .enableDate(device.enableDate())
        .build();
  }

  @Override
  public TagMfaDeviceResponse tagMFADevice(TagMfaDeviceRequest request) {
    store.change(batch -> {
      var device = existing(request.serialNumber());
      var tags = Tags.with(device.tags(), request.tags());
      devices.put(batch, device.serialNumber(), device.toBuilder().tags(tags).build());
      return device;
    });
    return TagMfaDeviceResponse.builder().build();
  }

  @Override
  public UntagMfaDeviceResponse untagMFADevice(UntagMfaDeviceRequest request) {
    store.change(batch -> {
      var device = existing(request.serialNumber());
      var tags = Tags.without(device.tags(), request.tagKeys());
      devices.put(batch, device.serialNumber(), device.toBuilder().tags(tags).build());
      return device;
    });
    return UntagMfaDeviceResponse.builder().build();
  }

  @Override
  public ListMfaDeviceTagsResponse listMFADeviceTags(ListMfaDeviceTagsRequest request) {
    var tags = existing(request.serialNumber()).tags();
    var page = Paging.of(tags, Tag::key, request.marker(), request.maxItems());
    return ListMfaDeviceTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }
}
