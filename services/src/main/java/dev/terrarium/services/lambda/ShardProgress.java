package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How far a mapping has come in a shard: what is durable, so that nothing is passed over and
/// little is repeated after a restart.
///
/// @param from everything up to here has been handled or given up
/// @param lanes how far each of the lanes has come beyond that
/// @param done whether the shard is closed and all of it handled
record ShardProgress(StreamPosition from, List<Lane> lanes, boolean done) {
  static final Codec<ShardProgress> CODEC = Codec.of(1, ShardProgress::write, ShardProgress::read);

  ShardProgress {
    lanes = List.copyOf(lanes);
  }

  /// Whose progress it is.
  record Place(Scope scope, String mapping, String shard) {
    static final KeyCodec<Place> CODEC =
        KeyCodec.of(
            (Place place, Key.Writer to) ->
                to.string(place.scope.account())
                    .string(place.scope.region())
                    .string(place.mapping)
                    .string(place.shard),
            from ->
                new Place(new Scope(from.string(), from.string()), from.string(), from.string()));

    /// The beginning of the keys of all shards of a mapping.
    static Object[] parts(Scope scope, String mapping) {
      return new Object[] {scope.account(), scope.region(), mapping};
    }
  }

  /// One of the parallel lanes of a shard.
  ///
  /// @param done the last record that was handled; empty if none was
  /// @param window the beginning of the open tumbling window, or -1
  /// @param state what the function has made of that window so far, JSON
  record Lane(String done, long window, String state) {
    static final Lane FRESH = new Lane("", -1, "{}");

    Lane withDone(String sequence) {
      return new Lane(sequence, window, state);
    }

    Lane withWindow(long start, String made) {
      return new Lane(done, start, made);
    }
  }

  static ShardProgress at(StreamPosition from) {
    return new ShardProgress(from, List.of(), false);
  }

  /// The lanes, if there are to be `count`. With another number records fall to other lanes, so
  /// what lanes knew is of no use.
  List<Lane> lanes(int count) {
    return lanes.size() == count
        ? new ArrayList<>(lanes)
        : new ArrayList<>(Collections.nCopies(count, Lane.FRESH));
  }

  private static void write(ShardProgress progress, BinaryWriter to) {
    StreamPosition.write(to, progress.from);
    to.list(
        progress.lanes,
        (writer, lane) -> writer.string(lane.done).number(lane.window).string(lane.state));
    to.flag(progress.done);
  }

  private static ShardProgress read(BinaryReader from) {
    var position = StreamPosition.read(from);
    var lanes = from.list(r -> new Lane(r.string(), r.number(), r.string()));
    return new ShardProgress(position, lanes, from.flag());
  }
}
