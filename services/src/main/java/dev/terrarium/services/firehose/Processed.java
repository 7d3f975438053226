package dev.terrarium.services.firehose;

import java.util.List;

/// What processors made of records, and those of which nothing could be made.
record Processed(List<Item> items, List<Failure> failures) {}
