package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.AccelerateConfiguration;
import software.amazon.awssdk.services.s3.model.AccessControlPolicy;
import software.amazon.awssdk.services.s3.model.BucketLifecycleConfiguration;
import software.amazon.awssdk.services.s3.model.CORSConfiguration;
import software.amazon.awssdk.services.s3.model.LoggingEnabled;
import software.amazon.awssdk.services.s3.model.NotificationConfiguration;
import software.amazon.awssdk.services.s3.model.ObjectLockConfiguration;
import software.amazon.awssdk.services.s3.model.OwnershipControls;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.ReplicationConfiguration;
import software.amazon.awssdk.services.s3.model.RequestPaymentConfiguration;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionConfiguration;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.WebsiteConfiguration;

/// A kind of configuration that a bucket may have, and how it is stored.
///
/// @param <T> the SDK's type of it
/// @param name part of its key in the store
record Setting<T>(String name, Codec<T> codec) {
  static final Setting<Tagging> TAGGING = of("tagging", Tagging::builder);
  static final Setting<BucketLifecycleConfiguration> LIFECYCLE =
      of("lifecycle", BucketLifecycleConfiguration::builder);
  static final Setting<CORSConfiguration> CORS = of("cors", CORSConfiguration::builder);
  static final Setting<String> POLICY = new Setting<>("policy", Codec.STRING);
  static final Setting<AccessControlPolicy> ACL = of("acl", AccessControlPolicy::builder);
  static final Setting<PublicAccessBlockConfiguration> PUBLIC_ACCESS_BLOCK =
      of("public-access-block", PublicAccessBlockConfiguration::builder);
  static final Setting<OwnershipControls> OWNERSHIP = of("ownership", OwnershipControls::builder);
  static final Setting<ServerSideEncryptionConfiguration> ENCRYPTION =
      of("encryption", ServerSideEncryptionConfiguration::builder);
  static final Setting<ObjectLockConfiguration> OBJECT_LOCK =
      of("object-lock", ObjectLockConfiguration::builder);
  static final Setting<WebsiteConfiguration> WEBSITE = of("website", WebsiteConfiguration::builder);
  static final Setting<NotificationConfiguration> NOTIFICATION =
      of("notification", NotificationConfiguration::builder);
  static final Setting<ReplicationConfiguration> REPLICATION =
      of("replication", ReplicationConfiguration::builder);
  static final Setting<LoggingEnabled> LOGGING = of("logging", LoggingEnabled::builder);
  static final Setting<RequestPaymentConfiguration> REQUEST_PAYMENT =
      of("request-payment", RequestPaymentConfiguration::builder);
  static final Setting<AccelerateConfiguration> ACCELERATE =
      of("accelerate", AccelerateConfiguration::builder);

  static final Setting<String> TRANSITION_MINIMUM =
      new Setting<>("transition-minimum", Codec.STRING);

  static final List<Setting<?>> ALL =
      List.of(
          TAGGING,
          LIFECYCLE,
          CORS,
          POLICY,
          ACL,
          PUBLIC_ACCESS_BLOCK,
          OWNERSHIP,
          ENCRYPTION,
          OBJECT_LOCK,
          WEBSITE,
          NOTIFICATION,
          REPLICATION,
          LOGGING,
          REQUEST_PAYMENT,
          ACCELERATE,
          TRANSITION_MINIMUM);

  private static <T extends SdkPojo> Setting<T> of(String name, Supplier<Object> builder) {
    return new Setting<>(name, new PojoCodec<>(builder));
  }
}
