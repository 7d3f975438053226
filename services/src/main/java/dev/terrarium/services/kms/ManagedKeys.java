package dev.terrarium.services.kms;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.kms.Aliases.Alias;
import dev.terrarium.services.kms.Aliases.AliasKey;
import dev.terrarium.services.kms.KeyRecord.Rotation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.kms.model.KeyManagerType;

/// The keys that AWS's services make for themselves, `alias/aws/s3` and others. One is made when it
/// is first used, and is rotated every year.
final class ManagedKeys {
  /// What each protects, in AWS's words.
  private static final Map<String, String> SERVICES =
      Map.ofEntries(
          Map.entry("acm", "ACM private keys"),
          Map.entry("backup", "Backup data"),
          Map.entry("dynamodb", "DynamoDB data"),
          Map.entry("ebs", "EBS volumes"),
          Map.entry("elasticfilesystem", "EFS filesystems"),
          Map.entry("es", "Elasticsearch data"),
          Map.entry("fsx", "FSx resources"),
          Map.entry("glue", "Glue data"),
          Map.entry("kinesis", "Kinesis data"),
          Map.entry("lambda", "Lambda functions"),
          Map.entry("logs", "CloudWatch Logs data"),
          Map.entry("rds", "RDS database volumes"),
          Map.entry("redshift", "Redshift clusters"),
          Map.entry("s3", "S3 objects"),
          Map.entry("secretsmanager", "Secrets Manager data"),
          Map.entry("sns", "SNS data"),
          Map.entry("sqs", "SQS messages"),
          Map.entry("ssm", "SSM parameters"),
          Map.entry("xray", "X-Ray data"));

  private static final String PREFIX = "alias/aws/";

  private final Keys keys;

  ManagedKeys(Keys keys) {
    this.keys = keys;
  }

  /// Whether an alias is of such a key.
  static boolean isOne(String alias) {
    return alias.startsWith(PREFIX) && SERVICES.containsKey(alias.substring(PREFIX.length()));
  }

  /// The aliases of all such keys.
  static List<String> names() {
    return SERVICES.keySet().stream().map(PREFIX::concat).toList();
  }

  /// Makes the key, unless somebody just did.
  KeyRef make(AliasKey alias) {
    return keys.withAlias(
        alias,
        () -> {
          var there = keys.aliases.stored.get(alias);
          var ref =
              new KeyRef(
                  alias.account(),
                  alias.region(),
                  there == null ? keys.cloud.ids().uuid() : there.target());
          if (there == null) {
            var now = keys.cloud.clock().now();
            var service = alias.name().substring(PREFIX.length());
            var made =
                new NewKey(ref, KeySpecs.SYMMETRIC_DEFAULT, "ENCRYPT_DECRYPT", "AWS_KMS", now)
                    .record(
                        "Default key that protects my "
                            + SERVICES.get(service)
                            + " when no other key is defined",
                        policy(alias.account(), alias.region(), service),
                        Map.of())
                    .with(metadata -> metadata.keyManager(KeyManagerType.AWS))
                    .withRotation(new Rotation(true, 365, now.plus(Duration.ofDays(365))));
            var batch = new Batch();
            var material =
                Material.of(keys.cloud.ids().hex(64), keys.cloud.ids().bytes(32), new byte[0]);
            keys.aliases.stored.put(batch, alias, new Alias(ref.id(), now, now));
            KmsRotations.schedule(keys.cloud, batch, ref, now.plus(Duration.ofDays(365)));
            keys.create(batch, made.withMaterials(material.id(), List.of(material)));
          }
          return ref;
        });
  }

  private static String policy(String account, String region, String service) {
    var text =
        """
        {"Version":"2012-10-17","Id":"auto-%s-1","Statement":[\
        {"Sid":"Allow access through %s for all principals in the account that are authorized to use %s",\
        "Effect":"Allow","Principal":{"AWS":"*"},\
        "Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:CreateGrant","kms:DescribeKey"],\
        "Resource":"*",\
        "Condition":{"StringEquals":{"kms:ViaService":"%s.%s.amazonaws.com","kms:CallerAccount":"%s"}}},\
        {"Sid":"Allow direct access to key metadata to the account",\
        "Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},\
        "Action":["kms:Describe*","kms:Get*","kms:List*","kms:RevokeGrant"],"Resource":"*"}]}\
        """
            .formatted(service, service, service, service, region, account, account);
    return Json.pretty(Json.parse(text));
  }
}
