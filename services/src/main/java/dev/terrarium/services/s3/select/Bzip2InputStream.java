package dev.terrarium.services.s3.select;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/// Reads what bzip2 wrote, also several streams one after the other. One block, of at most 900 kB,
/// is on the heap at a time.
///
/// A block is read backwards through its steps: Huffman codes give places in a list of symbols that
/// moves what was used to its front, runs of the first place stand for repetitions; then the
/// Burrows-Wheeler transform is undone; then runs of four equal bytes are followed by how many more
/// there are.
public final class Bzip2InputStream extends InputStream {
  private static final long BLOCK = 0x314159265359L;
  private static final long END = 0x177245385090L;
  private static final int GROUP = 50;
  private static final int CODE_BITS_MAX = 20;

  private final InputStream in;
  private int bits;
  private int bitCount;
  private int blockMax;
  private boolean finished;

  private int[] next = new int[0];
  private int left;
  private int at;
  private int run;
  private int previous = -1;
  private int repeat;

  /// @throws ZipException if it does not begin like a bzip2 stream
  public Bzip2InputStream(InputStream in) throws IOException {
    this.in = new BufferedInputStream(in, 64 * 1024);
    header(this.in.read());
  }

  private void header(int first) throws IOException {
    if (first != 'B' || in.read() != 'Z' || in.read() != 'h') {
      throw new ZipException("Not in BZIP2 format");
    }
    var level = in.read() - '0';
    if (level < 1 || level > 9) {
      throw new ZipException("Not in BZIP2 format");
    }
    blockMax = level * 100_000;
  }

  @Override
  public int read() throws IOException {
    if (repeat > 0) {
      repeat--;
      return previous;
    }
    if (left == 0 && !block()) {
      return -1;
    }
    var entry = next[at];
    var value = entry & 0xFF;
    at = entry >>> 8;
    left--;
    if (run == 4) {
      // The fifth after four equal ones says how many more of them there are.
      run = 0;
      repeat = value;
      var byteBefore = previous;
      if (repeat == 0) {
        previous = -1;
        return read();
      }
      repeat--;
      return byteBefore;
    }
    run = value == previous ? run + 1 : 1;
    previous = value;
    return value;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    int count = 0;
    while (count < length) {
      var value = read();
      if (value < 0) {
        return count == 0 ? -1 : count;
      }
      to[from + count++] = (byte) value;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private int bit() throws IOException {
    return bits(1);
  }

  private int bits(int count) throws IOException {
    while (bitCount < count) {
      var read = in.read();
      if (read < 0) {
        throw new ZipException("The BZIP2 stream ends too early");
      }
      bits = bits << 8 | read;
      bitCount += 8;
    }
    bitCount -= count;
    return bits >>> bitCount & (1 << count) - 1;
  }

  private long magic() throws IOException {
    return (long) bits(24) << 24 | bits(24);
  }

  /// Reads a block; false if there is none any more.
  private boolean block() throws IOException {
    while (!finished) {
      var magic = magic();
      bits(16); // The checksum, in two halves: what is damaged shows in the codes.
      bits(16);
      if (magic == BLOCK) {
        if (bit() == 1) {
          throw new ZipException("BZIP2 with randomised blocks is not read");
        }
        decode();
        return true;
      } else if (magic != END) {
        throw new ZipException("The BZIP2 stream is damaged");
      }
      bitCount = 0;
      var first = in.read();
      if (first < 0) {
        finished = true;
      } else {
        header(first);
      }
    }
    return false;
  }

  private void decode() throws IOException {
    var origin = bits(24);
    var symbols = symbols();
    var groups = bits(3);
    var selectors = selectors(groups);
    var tables = new Codes[groups];
    for (int i = 0; i < groups; i++) {
      tables[i] = new Codes(lengths(symbols.length + 2));
    }
    var counts = new int[256];
    if (next.length < blockMax) {
      next = new int[blockMax];
    }
    int size = 0;
    long pending = 0;
    long weight = 1;
    var end = symbols.length + 1;
    for (int i = 0; ; i++) {
      if (i / GROUP >= selectors.length) {
        throw new ZipException("The BZIP2 stream is damaged");
      }
      var symbol = tables[selectors[i / GROUP]].read();
      if (symbol <= 1) {
        pending += weight << symbol;
        weight <<= 1;
        check(pending);
        continue;
      }
      if (pending > 0) {
        size = fill(size, (int) pending, symbols[0], counts);
        pending = 0;
        weight = 1;
      }
      if (symbol == end) {
        break;
      }
      var place = symbol - 1;
      var value = symbols[place];
      System.arraycopy(symbols, 0, symbols, 1, place);
      symbols[0] = value;
      size = fill(size, 1, value, counts);
    }
    invert(origin, size, counts);
  }

  private void check(long pending) throws IOException {
    if (pending > blockMax) {
      throw new ZipException("The BZIP2 stream is damaged");
    }
  }

  private int fill(int size, int count, int value, int[] counts) throws IOException {
    if (size + count > blockMax) {
      throw new ZipException("The BZIP2 stream is damaged");
    }
    java.util.Arrays.fill(next, size, size + count, value);
    counts[value] += count;
    return size + count;
  }

  /// Undoes the Burrows-Wheeler transform: each entry gets, above its byte, where the next one is.
  private void invert(int origin, int size, int[] counts) throws IOException {
    if (origin >= size && size > 0) {
      throw new ZipException("The BZIP2 stream is damaged");
    }
    int sum = 0;
    for (int i = 0; i < 256; i++) {
      var count = counts[i];
      counts[i] = sum;
      sum += count;
    }
    for (int i = 0; i < size; i++) {
      var value = next[i] & 0xFF;
      next[counts[value]++] |= i << 8;
    }
    left = size;
    at = size == 0 ? 0 : next[origin] >>> 8;
    run = 0;
    previous = -1;
  }

  private int[] symbols() throws IOException {
    var used = bits(16);
    var found = new int[256];
    int count = 0;
    for (int i = 0; i < 16; i++) {
      if ((used & 0x8000 >>> i) != 0) {
        var part = bits(16);
        for (int j = 0; j < 16; j++) {
          if ((part & 0x8000 >>> j) != 0) {
            found[count++] = i * 16 + j;
          }
        }
      }
    }
    return java.util.Arrays.copyOf(found, count);
  }

  private int[] selectors(int groups) throws IOException {
    var count = bits(15);
    if (groups < 2 || groups > 6 || count < 1) {
      throw new ZipException("The BZIP2 stream is damaged");
    }
    var order = new int[] {0, 1, 2, 3, 4, 5};
    var selectors = new int[count];
    for (int i = 0; i < count; i++) {
      int place = 0;
      while (bit() == 1) {
        if (++place >= groups) {
          throw new ZipException("The BZIP2 stream is damaged");
        }
      }
      var value = order[place];
      System.arraycopy(order, 0, order, 1, place);
      order[0] = value;
      selectors[i] = value;
    }
    return selectors;
  }

  private int[] lengths(int count) throws IOException {
    var lengths = new int[count];
    var length = bits(5);
    for (int i = 0; i < count; i++) {
      while (bit() == 1) {
        length += bit() == 0 ? 1 : -1;
      }
      if (length < 1 || length > CODE_BITS_MAX) {
        throw new ZipException("The BZIP2 stream is damaged");
      }
      lengths[i] = length;
    }
    return lengths;
  }

  /// A Huffman code in its canonical form.
  private final class Codes {
    private final int[] limits = new int[CODE_BITS_MAX + 2];
    private final int[] offsets = new int[CODE_BITS_MAX + 2];
    private final int[] values;

    Codes(int[] lengths) {
      values = new int[lengths.length];
      int count = 0;
      int code = 0;
      for (int length = 1; length <= CODE_BITS_MAX; length++) {
        offsets[length] = count - code;
        for (int i = 0; i < lengths.length; i++) {
          if (lengths[i] == length) {
            values[count++] = i;
            code++;
          }
        }
        limits[length] = code;
        code <<= 1;
      }
    }

    int read() throws IOException {
      int code = 0;
      for (int length = 1; length <= CODE_BITS_MAX; length++) {
        code = code << 1 | bit();
        if (code < limits[length]) {
          var place = code + offsets[length];
          if (place >= 0 && place < values.length) {
            return values[place];
          }
        }
      }
      throw new ZipException("The BZIP2 stream is damaged");
    }
  }
}
