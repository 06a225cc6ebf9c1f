package org.relevo.app.testkit;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A window's picture for a manual: smaller, and with at most 256 colours, the most frequent ones.
final class SmallPicture {
  private static final double SCALE = 0.6;
  private static final int COLOURS = 240;

  private SmallPicture() {}

  static BufferedImage of(BufferedImage image) {
    int width = (int) (image.getWidth() * SCALE);
    int height = (int) (image.getHeight() * SCALE);
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return indexed(scaled);
  }

  private static BufferedImage indexed(BufferedImage image) {
    Map<Integer, int[]> shades = new HashMap<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int colour = image.getRGB(x, y);
        // Neighbouring shades count as one, which gets their mean.
        int[] sums = shades.computeIfAbsent(colour & 0xF8F8F8, _ -> new int[4]);
        sums[0]++;
        sums[1] += (colour >> 16) & 0xFF;
        sums[2] += (colour >> 8) & 0xFF;
        sums[3] += colour & 0xFF;
      }
    }
    List<Integer> palette =
        shades.entrySet().stream()
            .sorted(Comparator.comparingInt((Map.Entry<Integer, int[]> e) -> -e.getValue()[0]))
            .limit(COLOURS)
            .map(Map.Entry::getKey)
            .toList();
    int size = palette.size();
    byte[] red = new byte[size];
    byte[] green = new byte[size];
    byte[] blue = new byte[size];
    for (int i = 0; i < size; i++) {
      int[] sums = shades.getOrDefault(palette.get(i), new int[] {1, 0, 0, 0});
      red[i] = (byte) (sums[1] / sums[0]);
      green[i] = (byte) (sums[2] / sums[0]);
      blue[i] = (byte) (sums[3] / sums[0]);
    }
    BufferedImage small =
        new BufferedImage(
            image.getWidth(),
            image.getHeight(),
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, size, red, green, blue));
    Map<Integer, Integer> nearest = new HashMap<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int colour = image.getRGB(x, y) & 0xF8F8F8;
        int index = nearest.computeIfAbsent(colour, c -> nearest(palette, c));
        small.getRaster().setSample(x, y, 0, index);
      }
    }
    return small;
  }

  private static int nearest(List<Integer> palette, int colour) {
    int best = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < palette.size(); i++) {
      int distance = 0;
      for (int shift = 0; shift <= 16; shift += 8) {
        int apart = ((palette.get(i) >> shift) & 0xFF) - ((colour >> shift) & 0xFF);
        distance += apart * apart;
      }
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }
}
