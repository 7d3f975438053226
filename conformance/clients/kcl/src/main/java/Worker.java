import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.KinesisClientUtil;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/// One worker of the Kinesis Client Library, in a process of its own so that it can be killed.
/// Tells on its output what it has processed: `record <shard> <partition key> <data>`.
public final class Worker {
  private Worker() {}

  public static void main(String[] args) {
    var endpoint = URI.create(args[0]);
    var stream = args[1];
    var polling = args[2].equals("polling");
    var name = args[3];
    Logger.getLogger("").setLevel(Boolean.getBoolean("verbose") ? Level.INFO : Level.SEVERE);
    var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    var region = Region.US_EAST_1;
    var kinesis =
        KinesisClientUtil.createKinesisAsyncClient(
            KinesisAsyncClient.builder()
                .endpointOverride(endpoint)
                .region(region)
                .credentialsProvider(credentials));
    var dynamo =
        DynamoDbAsyncClient.builder()
            .endpointOverride(endpoint)
            .region(region)
            .credentialsProvider(credentials)
            .build();
    var metrics =
        CloudWatchAsyncClient.builder()
            .endpointOverride(endpoint)
            .region(region)
            .credentialsProvider(credentials)
            .build();
    var configs =
        new ConfigsBuilder(stream, stream + "-app", kinesis, dynamo, metrics, name, Processor::new);
    var start =
        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);
    var retrieval = configs.retrievalConfig().initialPositionInStreamExtended(start);
    if (polling) {
      retrieval.retrievalSpecificConfig(new PollingConfig(stream, kinesis));
    }
    var scheduler =
        new Scheduler(
            configs.checkpointConfig(),
            configs
                .coordinatorConfig()
                .parentShardPollIntervalMillis(500)
                .shardConsumerDispatchPollIntervalMillis(100),
            configs.leaseManagementConfig().failoverTimeMillis(4000).shardSyncIntervalMillis(1000),
            configs.lifecycleConfig(),
            configs.metricsConfig().metricsBufferTimeMillis(1000),
            configs.processorConfig(),
            retrieval);
    scheduler.run();
  }

  private static final class Processor implements ShardRecordProcessor {
    private String shard = "";

    @Override
    public void initialize(InitializationInput input) {
      shard = input.shardId();
      say("begin " + shard);
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
      for (var record : input.records()) {
        var data = StandardCharsets.UTF_8.decode(record.data()).toString();
        say("record " + shard + " " + record.partitionKey() + " " + data);
      }
      try {
        if (!input.records().isEmpty()) {
          input.checkpointer().checkpoint();
        }
      } catch (ShutdownException | InvalidStateException e) {
        say("lost " + shard);
      }
    }

    @Override
    public void leaseLost(LeaseLostInput input) {
      say("lost " + shard);
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
      try {
        input.checkpointer().checkpoint();
        say("end " + shard);
      } catch (ShutdownException | InvalidStateException e) {
        say("lost " + shard);
      }
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
      say("stop " + shard);
    }
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
