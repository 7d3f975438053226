import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBClientBuilder;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// The Enhanced client, the mapper of version 1 and the lock client, as their users use them.
public final class Main {
  private Main() {}

  /// @param args the endpoint
  public static void main(String[] args) {
    System.setProperty("aws.java.v1.disableDeprecationAnnouncement", "true");
    java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.WARNING);
    var suffix = Long.toHexString(System.nanoTime());
    var checks = new Checks();
    var client =
        DynamoDbClient.builder()
            .endpointOverride(URI.create(args[0]))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
    var old =
        AmazonDynamoDBClientBuilder.standard()
            .withEndpointConfiguration(new EndpointConfiguration(args[0], "us-east-1"))
            .withCredentials(
                new AWSStaticCredentialsProvider(new BasicAWSCredentials("test", "test")))
            .build();
    checks.chapter("Enhanced client", () -> new Enhanced(client, suffix, checks).run());
    checks.chapter("mapper of version 1", () -> new Mapped(old, suffix, checks).run());
    checks.chapter("lock client", () -> new Locking(client, suffix, checks).run());
    System.out.println(checks);
    System.exit(checks.failed() == 0 ? 0 : 1);
  }
}
