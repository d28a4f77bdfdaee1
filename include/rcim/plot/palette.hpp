#pragma once

/// @file
/// Colours that people with any kind of colour vision can tell apart.

#include <rcim/core/config.hpp>

#include <array>
#include <string_view>

namespace rcim::inline RCIM_ABI::plot {

/// Of the palette of M. Okabe and K. Ito, "Color universal design" (2008).
inline constexpr std::string_view blue = "#0072b2";
inline constexpr std::string_view vermilion = "#d55e00";
inline constexpr std::string_view green = "#009e73";
inline constexpr std::string_view orange = "#e69f00";
inline constexpr std::string_view sky = "#56b4e9";
inline constexpr std::string_view rose = "#cc79a7";

/// For what is at rest, on white and on black alike.
inline constexpr std::string_view grey = "#9a9a9a";
inline constexpr std::string_view pale = "#dcdcdc";

/// Lines of a figure, in their order: the eight of gnuplot 5, which are close to Okabe's and Ito's, with a yellow that white paper bears; and four that
/// differ in lightness. Points differ in shape, too.
inline constexpr std::array<std::string_view, 12> line_colours{"#9400d3", "#009e73", "#56b4e9", "#e69f00",
                                                               "#c9b400", "#0072b2", "#e51e10", "#000000",
                                                               "#8b4513", "#2f4f4f", "#ff69b4", "#808000"};

/// Areas side by side, as in stacked bars.
inline constexpr std::array<std::string_view, 9> area_colours{"#0072b2", "#56b4e9", "#e69f00", "#009e73", "#d55e00",
                                                              "#cc79a7", "#9a9a9a", "#c9b400", "#5b3a8c"};

/// Numbers from small to large: points of viridis (S. van der Walt and N. Smith, 2015), whose lightness rises evenly.
inline constexpr std::array<std::string_view, 9> scale_colours{"#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c",
                                                               "#28ae80", "#5ec962", "#addc30", "#fde725"};

} // namespace rcim::inline RCIM_ABI::plot
