package dev.terrarium.kernel.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// Bodies too large for a value of the [Store]: object data, function code. Written once, then only
/// read or deleted; streamed, never whole on the heap.
///
/// A body is durable when [Writer#finish] returns, before anything in the store can point to it, so
/// a pointer never leads nowhere. What was written but never pointed to (a crash in between) is
/// garbage: an owner notes [Writer#id] in the store before, and looks through its notes at start.
public interface Blobs extends AutoCloseable {
  /// A new body. Close it without having finished it, and it never was.
  Writer create() throws IOException;

  /// The bytes `from` (inclusive) to `to` (exclusive) of a body.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is no such body
  InputStream open(String id, long from, long to) throws IOException;

  /// The body as a file that may be read but not changed, for engines and processes that want one.
  Path file(String id) throws IOException;

  /// Length in bytes.
  long size(String id) throws IOException;

  /// The ids of all finished bodies.
  List<String> ids() throws IOException;

  /// Removes a body, if it is there. Readers that have it open may go on. Services discard bodies
  /// by [dev.terrarium.kernel.Cloud#discard].
  void delete(String id) throws IOException;

  /// Until the result is closed, bodies that are deleted stay.
  Kept keep();

  /// Writes a copy of all bodies into `directory`, which must not exist; files are shared where
  /// that is possible.
  void checkpoint(Path directory) throws IOException;

  /// Deletes everything.
  void clear() throws IOException;

  @Override
  void close();

  /// A time in which nothing is deleted.
  interface Kept extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /// A body that is being written, by one thread at a time.
  interface Writer extends AutoCloseable {
    /// The id that the body will have, so that an owner can note it down before the body is there.
    String id();

    /// Appends.
    void write(byte[] bytes, int from, int length) throws IOException;

    /// Appends a range of another body, without copying it through the heap.
    void append(String id, long from, long to) throws IOException;

    /// Makes the body durable and returns its id.
    String finish() throws IOException;

    @Override
    void close();
  }
}
