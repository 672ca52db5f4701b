"""Whole numbers for engines that store no others."""

import numpy


def whole_weights(points):
    """Weights as 1 to 255, in proportion to the greatest."""
    greatest = float(points.weights.max())
    return numpy.maximum(1, numpy.round(points.weights / greatest * 255)).astype(int)
