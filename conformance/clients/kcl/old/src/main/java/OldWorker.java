import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.cloudwatch.AmazonCloudWatchClientBuilder;
import com.amazonaws.services.kinesis.clientlibrary.exceptions.InvalidStateException;
import com.amazonaws.services.kinesis.clientlibrary.exceptions.ShutdownException;
import com.amazonaws.services.kinesis.clientlibrary.interfaces.v2.IRecordProcessor;
import com.amazonaws.services.kinesis.clientlibrary.lib.worker.InitialPositionInStream;
import com.amazonaws.services.kinesis.clientlibrary.lib.worker.KinesisClientLibConfiguration;
import com.amazonaws.services.kinesis.clientlibrary.lib.worker.ShutdownReason;
import com.amazonaws.services.kinesis.clientlibrary.lib.worker.Worker;
import com.amazonaws.services.kinesis.clientlibrary.types.InitializationInput;
import com.amazonaws.services.kinesis.clientlibrary.types.ProcessRecordsInput;
import com.amazonaws.services.kinesis.clientlibrary.types.ShutdownInput;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/// What Worker is, with version 1 of the library.
public final class OldWorker {
  private OldWorker() {}

  public static void main(String[] args) {
    var endpoint = args[0];
    var stream = args[1];
    Logger.getLogger("").setLevel(Boolean.getBoolean("verbose") ? Level.INFO : Level.SEVERE);
    var credentials = new AWSStaticCredentialsProvider(new BasicAWSCredentials("test", "test"));
    var config =
        new KinesisClientLibConfiguration(stream + "-app", stream, credentials, args[3])
            .withKinesisEndpoint(endpoint)
            .withDynamoDBEndpoint(endpoint)
            .withRegionName("us-east-1")
            .withInitialPositionInStream(InitialPositionInStream.TRIM_HORIZON)
            .withFailoverTimeMillis(4000)
            .withShardSyncIntervalMillis(1000)
            .withParentShardPollIntervalMillis(500)
            .withIdleTimeBetweenReadsInMillis(200)
            .withMetricsBufferTimeMillis(1000);
    var metrics =
        AmazonCloudWatchClientBuilder.standard()
            .withCredentials(credentials)
            .withEndpointConfiguration(new EndpointConfiguration(endpoint, "us-east-1"))
            .build();
    new Worker.Builder()
        .recordProcessorFactory(Processor::new)
        .config(config)
        .cloudWatchClient(metrics)
        .build()
        .run();
  }

  private static final class Processor implements IRecordProcessor {
    private String shard = "";

    @Override
    public void initialize(InitializationInput input) {
      shard = input.getShardId();
      say("begin " + shard);
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
      for (var record : input.getRecords()) {
        var data = StandardCharsets.UTF_8.decode(record.getData()).toString();
        say("record " + shard + " " + record.getPartitionKey() + " " + data);
      }
      try {
        if (!input.getRecords().isEmpty()) {
          input.getCheckpointer().checkpoint();
        }
      } catch (ShutdownException | InvalidStateException e) {
        say("lost " + shard);
      }
    }

    @Override
    public void shutdown(ShutdownInput input) {
      if (input.getShutdownReason() != ShutdownReason.TERMINATE) {
        say("lost " + shard);
        return;
      }
      try {
        input.getCheckpointer().checkpoint();
        say("end " + shard);
      } catch (ShutdownException | InvalidStateException e) {
        say("lost " + shard);
      }
    }
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
