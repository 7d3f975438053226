package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// Amazon Kinesis Data Streams.
public final class KinesisPackage implements ServicePackage {
  @Override
  public String name() {
    return "kinesis";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.kinesis.KinesisClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var streams = new Streams(cloud);
    streams.start();
    var reads = new KinesisReads(streams);
    return List.of(
        streams,
        new KinesisStreams(streams),
        new KinesisSettings(streams),
        new KinesisWrites(streams),
        reads,
        new KinesisSubscriptions(streams, reads),
        new KinesisShards(streams),
        new KinesisResharding(streams),
        new KinesisConsumers(streams),
        new KinesisTags(streams),
        new KinesisPolicies(streams),
        new KinesisAccounts(streams),
        new KinesisGuard(streams));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return new KinesisResources(cloud).all();
  }
}
