package dev.terrarium.services.s3;

import software.amazon.awssdk.services.s3.model.*;

/// Configurations of which a bucket may have many, by id: analytics, inventory, request metrics,
/// intelligent tiering. Inventories are written by [Inventories]; the others are kept, for what
/// they ask of S3 (a report of access patterns, metrics of requests, another price) shows nowhere
/// else.
final class S3Configurations implements S3Part {
  private final Buckets buckets;
  private final Configurations stored;
  private final Inventories inventories;

  S3Configurations(Buckets buckets, Configurations stored, Inventories inventories) {
    this.buckets = buckets;
    this.stored = stored;
    this.inventories = inventories;
  }

  @Override
  public PutBucketAnalyticsConfigurationResponse putBucketAnalyticsConfiguration(
      PutBucketAnalyticsConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var given = request.analyticsConfiguration();
          if (given == null) {
            throw S3Errors.malformedXml();
          }
          Configurations.check(given, buckets);
          stored.put(state.name(), Configurations.ANALYTICS, request.id(), given.id(), given);
          return PutBucketAnalyticsConfigurationResponse.builder().build();
        });
  }

  @Override
  public GetBucketAnalyticsConfigurationResponse getBucketAnalyticsConfiguration(
      GetBucketAnalyticsConfigurationRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketAnalyticsConfigurationResponse.builder()
                .analyticsConfiguration(
                    stored.get(state.name(), Configurations.ANALYTICS, request.id()))
                .build());
  }

  @Override
  public DeleteBucketAnalyticsConfigurationResponse deleteBucketAnalyticsConfiguration(
      DeleteBucketAnalyticsConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          stored.delete(state.name(), Configurations.ANALYTICS, request.id());
          return DeleteBucketAnalyticsConfigurationResponse.builder().build();
        });
  }

  @Override
  public ListBucketAnalyticsConfigurationsResponse listBucketAnalyticsConfigurations(
      ListBucketAnalyticsConfigurationsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var page =
              stored.page(state.name(), Configurations.ANALYTICS, request.continuationToken());
          return ListBucketAnalyticsConfigurationsResponse.builder()
              .analyticsConfigurationList(page.values())
              .isTruncated(page.next() != null)
              .continuationToken(request.continuationToken())
              .nextContinuationToken(page.next())
              .build();
        });
  }

  @Override
  public PutBucketInventoryConfigurationResponse putBucketInventoryConfiguration(
      PutBucketInventoryConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var given = request.inventoryConfiguration();
          if (given == null) {
            throw S3Errors.malformedXml();
          }
          Configurations.check(given, buckets);
          stored.put(state.name(), Configurations.INVENTORY, request.id(), given.id(), given);
          inventories.schedule();
          return PutBucketInventoryConfigurationResponse.builder().build();
        });
  }

  @Override
  public GetBucketInventoryConfigurationResponse getBucketInventoryConfiguration(
      GetBucketInventoryConfigurationRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketInventoryConfigurationResponse.builder()
                .inventoryConfiguration(
                    stored.get(state.name(), Configurations.INVENTORY, request.id()))
                .build());
  }

  @Override
  public DeleteBucketInventoryConfigurationResponse deleteBucketInventoryConfiguration(
      DeleteBucketInventoryConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          stored.delete(state.name(), Configurations.INVENTORY, request.id());
          return DeleteBucketInventoryConfigurationResponse.builder().build();
        });
  }

  @Override
  public ListBucketInventoryConfigurationsResponse listBucketInventoryConfigurations(
      ListBucketInventoryConfigurationsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var page =
              stored.page(state.name(), Configurations.INVENTORY, request.continuationToken());
          return ListBucketInventoryConfigurationsResponse.builder()
              .inventoryConfigurationList(page.values())
              .isTruncated(page.next() != null)
              .continuationToken(request.continuationToken())
              .nextContinuationToken(page.next())
              .build();
        });
  }

  @Override
  public PutBucketMetricsConfigurationResponse putBucketMetricsConfiguration(
      PutBucketMetricsConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var given = request.metricsConfiguration();
          if (given == null) {
            throw S3Errors.malformedXml();
          }
          Configurations.check(given, buckets);
          stored.put(state.name(), Configurations.METRICS, request.id(), given.id(), given);
          return PutBucketMetricsConfigurationResponse.builder().build();
        });
  }

  @Override
  public GetBucketMetricsConfigurationResponse getBucketMetricsConfiguration(
      GetBucketMetricsConfigurationRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketMetricsConfigurationResponse.builder()
                .metricsConfiguration(
                    stored.get(state.name(), Configurations.METRICS, request.id()))
                .build());
  }

  @Override
  public DeleteBucketMetricsConfigurationResponse deleteBucketMetricsConfiguration(
      DeleteBucketMetricsConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          stored.delete(state.name(), Configurations.METRICS, request.id());
          return DeleteBucketMetricsConfigurationResponse.builder().build();
        });
  }

  @Override
  public ListBucketMetricsConfigurationsResponse listBucketMetricsConfigurations(
      ListBucketMetricsConfigurationsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var page = stored.page(state.name(), Configurations.METRICS, request.continuationToken());
          return ListBucketMetricsConfigurationsResponse.builder()
              .metricsConfigurationList(page.values())
              .isTruncated(page.next() != null)
              .continuationToken(request.continuationToken())
              .nextContinuationToken(page.next())
              .build();
        });
  }

  @Override
  public PutBucketIntelligentTieringConfigurationResponse putBucketIntelligentTieringConfiguration(
      PutBucketIntelligentTieringConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var given = request.intelligentTieringConfiguration();
          if (given == null) {
            throw S3Errors.malformedXml();
          }
          Configurations.check(given, buckets);
          stored.put(state.name(), Configurations.TIERING, request.id(), given.id(), given);
          return PutBucketIntelligentTieringConfigurationResponse.builder().build();
        });
  }

  @Override
  public GetBucketIntelligentTieringConfigurationResponse getBucketIntelligentTieringConfiguration(
      GetBucketIntelligentTieringConfigurationRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketIntelligentTieringConfigurationResponse.builder()
                .intelligentTieringConfiguration(
                    stored.get(state.name(), Configurations.TIERING, request.id()))
                .build());
  }

  @Override
  public DeleteBucketIntelligentTieringConfigurationResponse
      deleteBucketIntelligentTieringConfiguration(
          DeleteBucketIntelligentTieringConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          stored.delete(state.name(), Configurations.TIERING, request.id());
          return DeleteBucketIntelligentTieringConfigurationResponse.builder().build();
        });
  }

  @Override
  public ListBucketIntelligentTieringConfigurationsResponse
      listBucketIntelligentTieringConfigurations(
          ListBucketIntelligentTieringConfigurationsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var page = stored.page(state.name(), Configurations.TIERING, request.continuationToken());
          return ListBucketIntelligentTieringConfigurationsResponse.builder()
              .intelligentTieringConfigurationList(page.values())
              .isTruncated(page.next() != null)
              .continuationToken(request.continuationToken())
              .nextContinuationToken(page.next())
              .build();
        });
  }
}
