package dev.terrarium.services.lambda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;

/// Loads a function's classes for one sandbox. Of this JVM they see the JDK and Lambda's own API,
/// and, instead of parts of [System], the sandbox's [SandboxBridge].
final class SandboxClassLoader extends URLClassLoader {
  private static final String API = "com.amazonaws.services.lambda.runtime.";
  private static final String BRIDGE = SandboxBridge.class.getName();

  static {
    registerAsParallelCapable();
  }

  /// Shows the JDK and Lambda's API and nothing else.
  private static final class Filter extends ClassLoader {
    static {
      registerAsParallelCapable();
    }

    Filter() {
      super("lambda-api", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith(API)
          && !name.startsWith(API + "events.")
          && !name.startsWith(API + "serialization.")) {
        return Class.forName(name, false, SandboxClassLoader.class.getClassLoader());
      }
      throw new ClassNotFoundException(name);
    }
  }

  private final boolean turning;
  private final List<Path> folders = new ArrayList<>();
  private final List<JarFile> jars = new ArrayList<>();

  private SandboxClassLoader(List<Path> classPath, URL[] urls, boolean turning) throws IOException {
    super("lambda", urls, new Filter());
    this.turning = turning;
    for (var entry : classPath) {
      if (Files.isDirectory(entry)) {
        folders.add(entry);
      } else {
        jars.add(new JarFile(entry.toFile()));
      }
    }
  }

  /// A loader of the given folders and jars.
  ///
  /// @param turning whether [System] is to be replaced; not in a process of the function's own
  static SandboxClassLoader of(List<Path> classPath, boolean turning) {
    try {
      var urls = new URL[classPath.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = classPath.get(i).toUri().toURL();
      }
      return new SandboxClassLoader(classPath, urls, turning);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The class path of a Java function as AWS has it: the code, the jars in its `lib`, and the jars
  /// in the layers' `java/lib`.
  static List<Path> classPath(Path code, Path layers) {
    var path = new ArrayList<Path>();
    path.add(code);
    path.addAll(jars(code.resolve("lib")));
    path.addAll(jars(layers.resolve("java/lib")));
    return path;
  }

  private static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The sandbox's own copy of the bridge.
  Class<?> bridge() {
    try {
      return loadClass(BRIDGE);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    var file = name.replace('.', '/') + ".class";
    try {
      if (name.equals(BRIDGE)) {
        try (var in = SandboxClassLoader.class.getClassLoader().getResourceAsStream(file)) {
          return define(name, java.util.Objects.requireNonNull(in).readAllBytes(), null);
        }
      }
      for (var folder : folders) {
        var path = folder.resolve(file);
        if (Files.isRegularFile(path)) {
          return define(name, turn(Files.readAllBytes(path)), folder.toFile());
        }
      }
      for (var jar : jars) {
        var entry = jar.getJarEntry(file);
        if (entry != null) {
          try (InputStream in = jar.getInputStream(entry)) {
            return define(name, turn(in.readAllBytes()), new File(jar.getName()));
          }
        }
      }
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
    throw new ClassNotFoundException(name);
  }

  private byte[] turn(byte[] bytes) {
    return turning ? SystemCalls.turn(bytes) : bytes;
  }

  private Class<?> define(String name, byte[] bytes, @org.jspecify.annotations.Nullable File origin)
      throws IOException {
    var source =
        origin == null ? null : new CodeSource(origin.toURI().toURL(), (Certificate[]) null);
    return defineClass(name, bytes, 0, bytes.length, source);
  }

  @Override
  public void close() throws IOException {
    super.close();
    for (var jar : jars) {
      jar.close();
    }
  }
}
