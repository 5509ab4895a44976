Console.WriteLine("subloc");
